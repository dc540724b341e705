// Opening the view of a projection, whatever state it was left in.
#pragma once

#include <filesystem>
#include <memory>

#include "projections/projection.h"

namespace bitacora::projections {

// One that is damaged, or is ahead of a log that was put back from a backup (its last position is
// `last`), is begun anew. Unavailable when another process holds it or the disk fails. The file
// system is open_view_store()'s.
events::Result<std::unique_ptr<ViewStore>> open_or_renew_view(
    const std::filesystem::path& views_folder, const Projection& projection, events::Position last,
    const std::shared_ptr<rocksdb::FileSystem>& file_system = {});

// Deletes what earlier versions of the program kept of the view.
events::Result<void> remove_older_versions(const std::filesystem::path& views_folder,
                                           const Projection& projection);

}  // namespace bitacora::projections
