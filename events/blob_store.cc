#include "events/blob_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "events/hex.h"

namespace bitacora::events {

namespace {

// Linux tells of a failed write once, by the next sync, and takes the bytes for written from then
// on. So what could not be synced goes, before another sync believes in it.
Result<void> sync_or_remove(const FileHandle& synced, const std::filesystem::path& file) {
  auto done = sync_file(synced, file);
  if (!done) unlink(file.c_str());
  return done;
}

// The first 48 bits of a UUIDv7 are the milliseconds of its making. The file's own times do not
// tell: a link has those of the file that it was made from.
Instant made_at(const AttachmentId& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i) ms = ms << 8 | id.bytes()[i];
  return Instant::from_unix_ms(ms);
}

}  // namespace

Result<std::unique_ptr<BlobStore>> BlobStore::open(const std::filesystem::path& folder) {
  if (const auto made = make_folders_durably(folder); !made) return made.error();
  // All at once, so that no blob has to wait for the sync of a folder of its own.
  for (unsigned last_byte = 0; last_byte < 256; ++last_byte) {
    std::array<char, 2> name{};
    hex::write(name.data(), static_cast<std::uint8_t>(last_byte));
    const auto path = folder / std::string_view(name.data(), name.size());
    if (mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
      return file_error(errno, "make", path);
    }
  }
  if (const auto synced = sync_folder(folder); !synced) return synced.error();
  return std::unique_ptr<BlobStore>(new BlobStore(folder));
}

std::filesystem::path BlobStore::path_of(const AttachmentId& id) const {
  const std::string name = id.to_string();
  return folder_ / name.substr(name.size() - 2) / name;
}

Result<OpenBlob> BlobStore::open_blob(const AttachmentId& id) const {
  const auto path = path_of(id);
  auto file = open_file(path, O_RDONLY);
  if (!file) return file.error();
  struct stat facts {};
  if (fstat(file->get(), &facts) != 0) return file_error(errno, "look at", path);
  return OpenBlob{*std::move(file), static_cast<std::uint64_t>(facts.st_size)};
}

Result<void> BlobStore::adopt(const std::filesystem::path& file, const AttachmentId& id) {
  const auto path = path_of(id);
  const auto folder = open_file(path.parent_path(), O_RDONLY | O_DIRECTORY);
  if (!folder) return folder.error();
  const auto opened = open_file(file, O_RDONLY);
  if (opened) {
    if (auto synced = sync_or_remove(*opened, file); !synced) return synced;
    if (rename(file.c_str(), path.c_str()) != 0) return file_error(errno, "move", file);
  } else if (opened.error().code != ErrorCode::NotFound || access(path.c_str(), F_OK) != 0) {
    return opened.error();
  }
  // The old name went in the same step of the file system; where it comes back, it is adopted
  // again.
  return sync_or_remove(*folder, path);
}

Result<void> BlobStore::link(const AttachmentId& from, const AttachmentId& to) {
  const auto path = path_of(from);
  const auto name = path_of(to);
  if (::link(path.c_str(), name.c_str()) == 0) return sync_folder(name.parent_path());
  if (errno != EMLINK) return file_error(errno, "link", path);
  // As many names as the file system gives one file, 65,000 on ext4: the next has bytes of its own.
  const auto copy = folder_ / to.to_string();
  std::error_code failed;
  std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing, failed);
  if (failed) return file_error(failed.value(), "copy", path);
  return adopt(copy, to);
}

Result<void> BlobStore::remove(const AttachmentId& id) {
  const auto path = path_of(id);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return file_error(errno, "remove", path);
  return {};
}

Result<bool> BlobStore::has_any() const {
  std::error_code failed;
  for (auto at = std::filesystem::recursive_directory_iterator(folder_, failed);
       !failed && at != std::filesystem::recursive_directory_iterator(); at.increment(failed)) {
    if (AttachmentId::parse(at->path().filename().string())) return true;
  }
  if (failed) return file_error(failed.value(), "look through", folder_);
  return false;
}

Result<std::size_t> BlobStore::sweep(Instant from, Instant before,
                                     const std::function<bool(const AttachmentId&)>& is_needed) {
  std::size_t removed = 0;
  std::error_code failed;
  for (auto at = std::filesystem::recursive_directory_iterator(folder_, failed);
       !failed && at != std::filesystem::recursive_directory_iterator(); at.increment(failed)) {
    const auto id = AttachmentId::parse(at->path().filename().string());
    if (!id || made_at(*id) < from || made_at(*id) >= before || is_needed(*id)) continue;
    std::filesystem::remove(at->path(), failed);
    if (failed) return file_error(failed.value(), "remove", at->path());
    ++removed;
  }
  if (failed) return file_error(failed.value(), "look through", folder_);
  return removed;
}

}  // namespace bitacora::events
