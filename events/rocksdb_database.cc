#include "events/rocksdb_database.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <vector>

#include "events/durable_files.h"

namespace bitacora::events {

namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

// Blocks read from disk, for all families: the recent past of the log.
constexpr std::size_t block_cache_bytes = 64 * mib;
// What a start after a crash has to replay at most: about a third of a second.
constexpr std::size_t wal_bytes_max = 48 * mib;
// Files held open at a time; a larger log opens and closes them as it reads.
constexpr int open_files_max = 1024;
constexpr double bloom_bits_per_key = 10;

rocksdb::DBOptions database_options(rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  // A torn tail was never acknowledged; any other damage refuses to open.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.max_total_wal_size = wal_bytes_max;
  // Defective in 7.8.3, all of them: they stay off, whatever the defaults become.
  options.recycle_log_file_num = 0;
  options.wal_compression = rocksdb::kNoCompression;
  options.manual_wal_flush = false;
  options.enable_pipelined_write = false;
  options.unordered_write = false;
  options.wal_bytes_per_sync = 0;  // every append syncs anyway
  options.bytes_per_sync = mib;    // a flush must not leave one large sync in an append's way
  options.avoid_flush_during_shutdown = false;
  options.max_background_jobs = 2;
  options.max_open_files = open_files_max;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 4;
  options.max_log_file_size = 4 * mib;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

struct FamilySetup {
  std::size_t write_buffer_bytes;
  rocksdb::CompressionType compression;
  // Rows that are asked for by their whole key, often in vain.
  bool filtered;
};

FamilySetup setup_of(Family family) {
  switch (family) {
    case Family::Header:
    case Family::Body:
      return {16 * mib, rocksdb::kLZ4Compression, false};
    case Family::Stream:
      return {8 * mib, rocksdb::kNoCompression, false};
    case Family::Head:
    case Family::Command:
      return {8 * mib, rocksdb::kNoCompression, true};
    case Family::Snapshot:
      return {8 * mib, rocksdb::kLZ4Compression, true};
    case Family::Meta:
      return {1 * mib, rocksdb::kNoCompression, false};
  }
  invariant_broken("a column family without a setup", __FILE__, __LINE__);
}

rocksdb::ColumnFamilyOptions family_options(Family family,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  const FamilySetup setup = setup_of(family);
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16 * kib;
  // Indexes and filters count towards the cache's bound too.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  rocksdb::ColumnFamilyOptions options;
  if (setup.filtered) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits_per_key));
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.05;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = setup.write_buffer_bytes;
  options.max_write_buffer_number = 3;
  // A batch's rows come in the order of their keys: each is looked for from the one before it. One
  // place is remembered per prefix, here the first byte: a stream's kind, or a position's nothing.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  // The same on all levels, so that files of ascending keys move down without being rewritten.
  options.compression = setup.compression;
  options.compression_per_level.clear();
  options.bottommost_compression = rocksdb::kDisableCompressionOption;
  return options;
}

Error cannot_open(const std::filesystem::path& folder, const std::string& why) {
  return error(ErrorCode::Unavailable,
               "the log in " + folder.string() + " cannot be opened: " + why);
}

Error open_error(const rocksdb::Status& status, const std::filesystem::path& folder) {
  const std::string text = status.ToString();
  if (status.IsIOError() && text.find("lock") != std::string::npos) {
    return error(ErrorCode::Unavailable,
                 "the log in " + folder.string() +
                     " is in use by another process: stop that one first (" + text + ")");
  }
  if (status.IsIOError()) return cannot_open(folder, text);
  return error(ErrorCode::Corrupt, text);
}

}  // namespace

Result<std::unique_ptr<LogDatabase>> LogDatabase::open(
    const std::filesystem::path& folder, const std::shared_ptr<rocksdb::FileSystem>& file_system) {
  const auto made = make_folders_durably(folder);
  if (!made) return cannot_open(folder, made.error().detail);
  std::unique_ptr<LogDatabase> database(new LogDatabase);
  rocksdb::Env* env = rocksdb::Env::Default();
  if (file_system) {
    database->env_ = rocksdb::NewCompositeEnv(file_system);
    env = database->env_.get();
  }
  const auto cache = rocksdb::NewLRUCache(block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors{
      {rocksdb::kDefaultColumnFamilyName, family_options(Family::Meta, cache)}};
  for (std::size_t i = 0; i < family_names.size(); ++i) {
    descriptors.emplace_back(std::string(family_names[i]),
                             family_options(static_cast<Family>(i), cache));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(database_options(env), folder.string(), descriptors, &handles, &opened);
  if (!status.ok()) return open_error(status, folder);
  database->db_.reset(opened);
  database->default_family_ = handles.front();
  std::copy(handles.begin() + 1, handles.end(), database->families_.begin());
  return database;
}

LogDatabase::~LogDatabase() {
  if (!db_) return;
  // A flush that fails costs the next opening a replay, nothing else: all of it is in the
  // write-ahead log.
  db_->Flush(rocksdb::FlushOptions{}, {families_.begin(), families_.end()}).PermitUncheckedError();
  for (rocksdb::ColumnFamilyHandle* handle : families_) {
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  db_->DestroyColumnFamilyHandle(default_family_).PermitUncheckedError();
  db_->Close().PermitUncheckedError();
}

Result<std::optional<std::string>> LogDatabase::get(Family which, rocksdb::Slice key) const {
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions{}, family(which), key, &value);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return read_error(status);
  return std::optional(std::move(value));
}

Error read_error(const rocksdb::Status& status) {
  return error(ErrorCode::Corrupt, "the log cannot be read: " + status.ToString());
}

}  // namespace bitacora::events
