// The data folder, held by one process at a time.
//
// RocksDB locks each of its databases, but a folder has several (log, views, secrets) and a second
// process must be turned away before it has touched any of them. The lock is flock(2) on
// <data>/lock, so that it ends with the process, however that ends.
#pragma once

#include <filesystem>

#include "tools/exit_code.h"

namespace bitacora::tools {

class DataFolder {
 public:
  // Makes the folder (mode 0700: it holds what people wrote, and password hashes) when missing.
  // InUse, naming the process, when another one holds it; CannotCreate when it cannot be made or
  // written to.
  static OrEnding<DataFolder> hold(const std::filesystem::path& path);
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  DataFolder(std::filesystem::path path, int lock_file);
  std::filesystem::path path_;
  int lock_file_ = -1;
};

}  // namespace bitacora::tools
