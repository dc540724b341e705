// The log on RocksDB; docs/STORAGE.md has every key and value.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "events/limits.h"
#include "events/log.h"

namespace rocksdb {
class FileSystem;
}

namespace bitacora::events {

struct RocksdbLogOptions {
  // The folder of the database; made when missing.
  std::filesystem::path folder;
  std::uint64_t free_space_watermark_bytes = limits::free_space_watermark_bytes;
  // Called once, on the appender's thread, when a write failed and the log is in doubt. Must not
  // return: the default says so on standard error and exits with 74 (EX_IOERR).
  std::function<void(const std::string& what)> on_write_error{};
  // Free bytes on the file system of a folder; the default asks statvfs.
  std::function<std::uint64_t(const std::filesystem::path&)> free_bytes{};
  // For tests that drop what was not synced; the default is the real one.
  std::shared_ptr<rocksdb::FileSystem> file_system{};
};

// Opens, and checks that last position, count and heads agree. Corrupt, with what to do about it,
// when they do not; Unavailable when another process holds the folder.
Result<std::unique_ptr<Log>> open_rocksdb_log(const RocksdbLogOptions& options);

}  // namespace bitacora::events
