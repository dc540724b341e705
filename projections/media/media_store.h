// The view `media` and the files beside it, shared by the thread that follows the log and those
// that run the jobs.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <set>

#include "events/log.h"
#include "projections/media/descriptor.h"
#include "projections/media/media_projection.h"
#include "projections/media_files.h"

namespace bitacora::projections::media {

// Thread-safe. Writes block for the view.
class MediaStore {
 public:
  // As open_or_renew_view(). `last`: the log's last position.
  static events::Result<std::unique_ptr<MediaStore>> open(
      const std::filesystem::path& views_folder, events::Position last,
      const std::shared_ptr<rocksdb::FileSystem>& file_system = {});

  // Up to where the log has been applied, and the events that follow.
  [[nodiscard]] events::Position position() const;
  events::Result<void> apply(std::span<const events::RecordedEventPtr> batch);
  // Writes down how far it has followed, when that has not been written with rows.
  events::Result<void> write_position();

  [[nodiscard]] std::unique_ptr<ViewReader> read() const { return store_->read(); }
  // Changes one row, in one batch with whatever else `change` writes.
  events::Result<void> change(const events::AttachmentId& id,
                              const std::function<void(MediaRow& row, ViewWriter& rows)>& change);

  // Where a rendition lies, or would lie.
  [[nodiscard]] std::filesystem::path path_of(const events::AttachmentId& id, Rendition form) const;
  // Keeps the bytes as that rendition: they are on the disk when it returns.
  events::Result<void> keep_rendition(const events::AttachmentId& id, Rendition form,
                                      std::string_view bytes) const;

 private:
  MediaStore(std::unique_ptr<ViewStore> store, std::filesystem::path renditions);

  const std::filesystem::path renditions_;
  const std::unique_ptr<ViewStore> store_;
  mutable std::mutex writing_;
  MediaProjection projection_;
  events::Position position_;
};

}  // namespace bitacora::projections::media
