#include "events/durable_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace bitacora::events {

namespace {

// An absolute path. Each folder is synced into the one above it before the next is made in it, so
// that of what a stop left the last one alone may not be on the disk.
Result<void> make_folder(const std::filesystem::path& path, mode_t mode) {
  const auto parent = path.parent_path();
  bool made = mkdir(path.c_str(), mode) == 0;
  if (!made && errno == ENOENT) {
    if (auto above = make_folder(parent, S_IRWXU | S_IRWXG | S_IRWXO); !above) return above;
    made = mkdir(path.c_str(), mode) == 0;
  }
  if (!made) {
    const int number = errno;
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) return file_error(number, "make", path);
  }
  const FileHandle above(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (above.is_open() && fsync(above.get()) == 0) return {};
  // What was there may stand in a folder that is not for us to read, or in one, as a disk's root
  // does, that knows no syncs.
  if (!made && (errno == EACCES || errno == EINVAL)) return {};
  return file_error(errno, "sync", parent);
}

}  // namespace

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) close(descriptor_);
}

Error file_error(int number, std::string_view doing, const std::filesystem::path& path) {
  const bool full = number == ENOSPC || number == EDQUOT;
  const ErrorCode code = full               ? ErrorCode::StorageFull
                         : number == ENOENT ? ErrorCode::NotFound
                                            : ErrorCode::Unavailable;
  return error(code, "cannot " + std::string(doing) + " " + path.filename().string() + ": " +
                         std::strerror(number));
}

Result<FileHandle> open_file(const std::filesystem::path& path, int flags) {
  FileHandle file(open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!file.is_open()) return file_error(errno, "open", path);
  return file;
}

Result<void> sync_file(const FileHandle& file, const std::filesystem::path& path) {
  if (fsync(file.get()) != 0) return file_error(errno, "sync", path);
  return {};
}

Result<void> make_folders_durably(const std::filesystem::path& folder) {
  std::error_code failed;
  auto path = std::filesystem::absolute(folder, failed);
  if (failed) return file_error(failed.value(), "make", folder);
  if (!path.has_filename()) path = path.parent_path();  // "data/"
  return make_folder(path, S_IRWXU);
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const auto opened = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return opened.error();
  return sync_file(*opened, folder);
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes) {
  const std::filesystem::path beside = path.string() + ".new";
  {
    const auto file = open_file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return file.error();
    while (!bytes.empty()) {
      const auto written = write(file->get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return file_error(errno, "write", beside);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (const auto synced = sync_file(*file, beside); !synced) return synced.error();
  }
  if (rename(beside.c_str(), path.c_str()) != 0) return file_error(errno, "rename", beside);
  return {};
}

Result<void> replace_file_durably(const std::filesystem::path& path, std::string_view bytes) {
  if (const auto replaced = replace_file(path, bytes); !replaced) return replaced.error();
  return sync_folder(path.parent_path());
}

}  // namespace bitacora::events
