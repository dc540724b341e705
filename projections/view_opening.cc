#include "projections/view_opening.h"

#include <charconv>
#include <string>
#include <system_error>

namespace bitacora::projections {

using events::ErrorCode;
using events::Position;
using events::Result;

Result<std::unique_ptr<ViewStore>> open_or_renew_view(
    const std::filesystem::path& views_folder, const Projection& projection, Position last,
    const std::shared_ptr<rocksdb::FileSystem>& file_system) {
  const auto open = [&] {
    return open_view_store(views_folder, projection.name(), projection.version(), file_system);
  };
  auto store = open();
  const bool ahead = store && (*store)->checkpoint() > last;
  if (!ahead && (store || store.error().code != ErrorCode::Corrupt)) return store;
  store = nullptr;
  auto removed = remove_view(views_folder, projection.name(), projection.version());
  if (!removed) return removed.error();
  return open();
}

Result<void> remove_older_versions(const std::filesystem::path& views_folder,
                                   const Projection& projection) {
  const std::string prefix = std::string(projection.name()) + "@";
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(views_folder, failure)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::uint32_t version = 0;
    const char* const end = name.data() + name.size();
    const auto read = std::from_chars(name.data() + prefix.size(), end, version);
    if (read.ec != std::errc{} || read.ptr != end || version >= projection.version()) continue;
    if (auto removed = remove_view(views_folder, projection.name(), version); !removed) {
      return removed;
    }
  }
  if (failure) {
    return events::error(ErrorCode::Unavailable,
                         "cannot list " + views_folder.string() + ": " + failure.message());
  }
  return {};
}

}  // namespace bitacora::projections
