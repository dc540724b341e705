// Files that are there after a power cut: the system calls, with their errors as values.
//
// All functions block for the disk. StorageFull when there is no room (ENOSPC, EDQUOT), Unavailable
// with the system's words for every other failure. Thread-safe.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

#include "events/error.h"

namespace bitacora::events {

// A descriptor that closes itself. Has one owner.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileHandle();

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

// The error that `errno` stands for, about this path.
Error file_error(int number, std::string_view doing, const std::filesystem::path& path);

// Opened with these flags and O_CLOEXEC, made with mode 0600. NotFound when it does not exist.
Result<FileHandle> open_file(const std::filesystem::path& path, int flags);
// What was written to the file is on the disk when this returns.
Result<void> sync_file(const FileHandle& file, const std::filesystem::path& path);
// Makes the folder, with mode 0700, and those above it that are missing. Their names are on the
// disk when this returns, and the folder's is also when it was there: who made it may have been
// stopped before it was synced.
Result<void> make_folders_durably(const std::filesystem::path& folder);
// The names in the folder are on the disk when this returns.
Result<void> sync_folder(const std::filesystem::path& folder);
// Replaces the file of this name, wholly or not at all, also after a power cut: which of the two
// the name then stands for is decided by the next sync_folder().
Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes);
// The same, and decided when it returns.
Result<void> replace_file_durably(const std::filesystem::path& path, std::string_view bytes);

}  // namespace bitacora::events
