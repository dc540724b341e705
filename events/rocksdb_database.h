// The RocksDB database of the log: its column families and how each is set up. For the log's own
// sources and its tests alone.
#pragma once

#include <rocksdb/db.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string_view>

#include "events/error.h"

namespace bitacora::events {

enum class Family : std::uint8_t { Header, Body, Stream, Head, Command, Snapshot, Meta };
inline constexpr std::array<std::string_view, 7> family_names{
    "header", "body", "stream", "head", "command", "snapshot", "meta"};

// Owns the open database; closing it flushes, so that the next opening has nothing to replay.
class LogDatabase {
 public:
  // Makes the folder and the database when missing. Unavailable when the folder is held or cannot
  // be used; Corrupt when RocksDB refuses the files. A null `file_system` is the real one.
  static Result<std::unique_ptr<LogDatabase>> open(
      const std::filesystem::path& folder, const std::shared_ptr<rocksdb::FileSystem>& file_system);
  ~LogDatabase();
  LogDatabase(const LogDatabase&) = delete;
  LogDatabase& operator=(const LogDatabase&) = delete;

  [[nodiscard]] rocksdb::DB& db() const { return *db_; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* family(Family family) const {
    return families_[static_cast<std::size_t>(family)];
  }

  // The row's value; nullopt when there is none; Corrupt when it cannot be read.
  [[nodiscard]] Result<std::optional<std::string>> get(Family family, rocksdb::Slice key) const;

 private:
  LogDatabase() = default;

  std::unique_ptr<rocksdb::Env> env_;  // outlives db_; null for the real file system
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ColumnFamilyHandle* default_family_ = nullptr;  // RocksDB's own, always empty
  std::array<rocksdb::ColumnFamilyHandle*, family_names.size()> families_{};
};

// A failed read: what RocksDB says, as Corrupt.
Error read_error(const rocksdb::Status& status);

}  // namespace bitacora::events
