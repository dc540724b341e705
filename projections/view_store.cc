#include "projections/view_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <system_error>

#include "events/limits.h"
#include "projections/keys.h"
#include "projections/view_batch.h"

namespace bitacora::projections {

namespace {

using events::ErrorCode;
using events::Position;
using events::Result;

// The store's own key; rows' keys do not begin with a zero byte.
constexpr std::string_view checkpoint_key{"\0", 1};

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view text_of_slice(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

std::filesystem::path folder_of(const std::filesystem::path& views_folder, std::string_view name,
                                std::uint32_t version) {
  return views_folder / (std::string(name) + "@" + std::to_string(version));
}

// Stands beside the folder of a view that was found damaged while in use.
std::filesystem::path damage_mark_of(const std::filesystem::path& folder) {
  return std::filesystem::path(folder).concat(".damaged");
}

rocksdb::Options options() {
  rocksdb::BlockBasedTableOptions table;
  // In few shards: a block that is larger than a shard is not kept at all.
  constexpr int shard_bits = 2;
  table.block_cache = rocksdb::NewLRUCache(events::limits::view_block_cache_bytes, shard_bits);
  // Index and filter count against the cache as well, so that a large view has bounded memory like
  // a small one; in parts, because those of a whole file are a megabyte.
  table.cache_index_and_filter_blocks = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;

  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  options.write_buffer_size = events::limits::view_write_buffer_bytes;
  options.max_open_files = events::limits::view_open_files_max;
  options.max_background_jobs = 2;
  // There is one writer: what serves several at once only costs it time.
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  // With batches in the order of their keys, each insertion starts where the last one of its kind
  // of row ended, instead of at the top of the skip list.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(1));
  options.level_compaction_dynamic_level_bytes = true;
  // Opening must not depend on how many files there are.
  options.skip_stats_update_on_db_open = true;
  // A torn end costs the batches after it, which come again from the log.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 2;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

// The open database; readers keep it alive.
struct Database {
  std::filesystem::path folder;
  std::unique_ptr<rocksdb::Env> env;  // outlives rocks; null for the real file system
  std::unique_ptr<rocksdb::DB> rocks;

  [[noreturn]] void report_damage(std::string_view what) const {
    { std::ofstream mark(damage_mark_of(folder)); }
    const std::string message =
        "the view " + folder.string() +
        " is damaged and is built anew at the next start: " + std::string(what);
    events::invariant_broken(message, __FILE__, __LINE__);
  }

  // A read has no answer but the row: what cannot be read ends the process, and damage is mended
  // at the next start.
  void expect_readable(const rocksdb::Status& status) const {
    if (status.ok() || status.IsNotFound()) return;
    if (status.IsCorruption()) report_damage(status.ToString());
    events::invariant_broken("cannot read the view " + folder.string() + ": " + status.ToString(),
                             __FILE__, __LINE__);
  }

  [[nodiscard]] std::optional<std::string> get(const rocksdb::ReadOptions& read,
                                               std::string_view key) const {
    std::string value;
    const auto status = rocks->Get(read, slice(key), &value);
    expect_readable(status);
    return status.ok() ? std::optional(std::move(value)) : std::nullopt;
  }

  [[nodiscard]] Position checkpoint(const rocksdb::ReadOptions& read) const {
    const auto value = get(read, checkpoint_key);
    if (!value) return Position(0);
    if (value->size() != u64_bytes) report_damage("its checkpoint is no number");
    return Position(read_u64(*value));
  }
};

class RocksdbViewReader final : public ViewReader {
 public:
  explicit RocksdbViewReader(std::shared_ptr<const Database> database)
      : database_(std::move(database)), snapshot_(database_->rocks.get()) {
    read_.snapshot = snapshot_.snapshot();
    checkpoint_ = database_->checkpoint(read_);
  }

  [[nodiscard]] Position checkpoint() const override { return checkpoint_; }

  [[nodiscard]] std::optional<std::string> get(std::string_view key) const override {
    return database_->get(read_, key);
  }

  [[nodiscard]] std::vector<std::optional<std::string>> get_many(
      std::span<const std::string_view> keys) const override {
    std::vector<rocksdb::Slice> slices;
    slices.reserve(keys.size());
    for (const std::string_view key : keys) slices.push_back(slice(key));
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    database_->rocks->MultiGet(read_, database_->rocks->DefaultColumnFamily(), slices.size(),
                               slices.data(), values.data(), statuses.data());
    std::vector<std::optional<std::string>> found(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      database_->expect_readable(statuses[i]);
      if (statuses[i].ok()) found[i].emplace(text_of_slice(values[i]));
    }
    return found;
  }

  void scan(std::string_view lower, std::string_view upper, bool descending,
            const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    const rocksdb::Slice lower_slice = slice(lower);
    const rocksdb::Slice upper_slice = slice(upper);
    // The bounds keep the iterator from walking over erased rows past the end of the range.
    rocksdb::ReadOptions read = read_;
    read.iterate_lower_bound = &lower_slice;
    read.iterate_upper_bound = &upper_slice;
    const std::unique_ptr<rocksdb::Iterator> at(database_->rocks->NewIterator(read));
    if (descending) {
      for (at->SeekToLast();
           at->Valid() && visit(text_of_slice(at->key()), text_of_slice(at->value())); at->Prev()) {
      }
    } else {
      for (at->Seek(lower_slice);
           at->Valid() && visit(text_of_slice(at->key()), text_of_slice(at->value())); at->Next()) {
      }
    }
    database_->expect_readable(at->status());
  }

  [[noreturn]] void report_damage(std::string_view what) const override {
    database_->report_damage(what);
  }

 private:
  std::shared_ptr<const Database> database_;
  rocksdb::ManagedSnapshot snapshot_;
  rocksdb::ReadOptions read_;
  Position checkpoint_;
};

class RocksdbViewWriter final : public ViewWriter {
 public:
  explicit RocksdbViewWriter(std::shared_ptr<const Database> database)
      : database_(std::move(database)) {}

  [[nodiscard]] std::optional<std::string> get(std::string_view key) const override {
    if (const ViewBatch::Write* write = batch_.find(key)) {
      return write->erased() ? std::nullopt : std::optional(std::string(write->value));
    }
    return database_->get({}, key);
  }
  void put(std::string_view key, std::string_view value) override {
    add(ViewBatch::Kind::Put, key, value);
  }
  void erase(std::string_view key) override { add(ViewBatch::Kind::Erase, key, {}); }
  void erase_single(std::string_view key) override { add(ViewBatch::Kind::EraseSingle, key, {}); }

  [[nodiscard]] std::optional<std::string> first_stored(std::string_view lower,
                                                        std::string_view upper) const override {
    const rocksdb::Slice upper_slice = slice(upper);
    rocksdb::ReadOptions read;
    read.iterate_upper_bound = &upper_slice;
    const std::unique_ptr<rocksdb::Iterator> at(database_->rocks->NewIterator(read));
    for (at->Seek(slice(lower)); at->Valid(); at->Next()) {
      const ViewBatch::Write* write = batch_.find(text_of_slice(at->key()));
      if (write == nullptr || !write->erased()) return std::string(text_of_slice(at->key()));
    }
    database_->expect_readable(at->status());
    return std::nullopt;
  }

  [[noreturn]] void report_damage(std::string_view what) const override {
    database_->report_damage(what);
  }

  void clear() { batch_.clear(); }

  rocksdb::Status commit(Position checkpoint) {
    rocksdb::WriteBatch rocks_batch(batch_.bytes() + batch_.size() * 16 + 64);
    rocksdb::Status status;
    for (const ViewBatch::Write& write : batch_.sort()) {
      if (write.kind == ViewBatch::Kind::Put) {
        status = rocks_batch.Put(slice(write.key), slice(write.value));
      } else if (write.kind == ViewBatch::Kind::Erase) {
        status = rocks_batch.Delete(slice(write.key));
      } else {
        status = rocks_batch.SingleDelete(slice(write.key));
      }
      if (!status.ok()) return status;
    }
    status = rocks_batch.Put(slice(checkpoint_key), slice(Key().u64(checkpoint.value()).view()));
    if (!status.ok()) return status;
    batch_.clear();
    // Nobody reads what RocksDB counts on this thread, and it counts each comparison of keys.
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
    return database_->rocks->Write({}, &rocks_batch);
  }

 private:
  void add(ViewBatch::Kind kind, std::string_view key, std::string_view value) {
    BITACORA_INVARIANT(!key.empty() && key.front() != '\0', "a row's key begins with a zero byte");
    batch_.add(kind, key, value);
  }

  std::shared_ptr<const Database> database_;
  ViewBatch batch_;
};

class RocksdbViewStore final : public ViewStore {
 public:
  explicit RocksdbViewStore(const std::shared_ptr<const Database>& database)
      : database_(database), writer_(database), checkpoint_(database->checkpoint({}).value()) {}

  [[nodiscard]] Position checkpoint() const override {
    return Position(checkpoint_.load(std::memory_order_acquire));
  }
  [[nodiscard]] std::unique_ptr<ViewReader> read() const override {
    return std::make_unique<RocksdbViewReader>(database_);
  }
  ViewWriter& begin() override {
    writer_.clear();
    return writer_;
  }
  Result<void> commit(Position checkpoint) override {
    const auto status = writer_.commit(checkpoint);
    if (!status.ok()) {
      return events::error(
          ErrorCode::Unavailable,
          "cannot write the view " + database_->folder.string() + ": " + status.ToString());
    }
    checkpoint_.store(checkpoint.value(), std::memory_order_release);
    return {};
  }

 private:
  std::shared_ptr<const Database> database_;
  RocksdbViewWriter writer_;
  std::atomic<std::uint64_t> checkpoint_;
};

// Everything that a new copy of the folder would cure. A lock that another process holds, or a
// disk that fails or is full, it would not.
bool is_damage(const rocksdb::Status& status) {
  return status.IsCorruption() || status.IsNotFound() || status.IsInvalidArgument() ||
         status.IsPathNotFound() || status.IsNotSupported();
}

}  // namespace

Result<std::unique_ptr<ViewStore>> open_view_store(
    const std::filesystem::path& views_folder, std::string_view name, std::uint32_t version,
    const std::shared_ptr<rocksdb::FileSystem>& file_system) {
  const auto folder = folder_of(views_folder, name, version);
  std::error_code failure;
  if (std::filesystem::exists(damage_mark_of(folder), failure)) {
    return events::error(ErrorCode::Corrupt, "the view " + folder.string() + " is marked damaged");
  }
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    return events::error(ErrorCode::Unavailable,
                         "cannot make " + folder.string() + ": " + failure.message());
  }
  auto database = std::make_shared<Database>();
  database->folder = folder;
  rocksdb::Options how = options();
  if (file_system) {
    database->env = rocksdb::NewCompositeEnv(file_system);
    how.env = database->env.get();
  }
  rocksdb::DB* rocks = nullptr;
  const auto status = rocksdb::DB::Open(how, folder.string(), &rocks);
  if (!status.ok()) {
    return events::error(is_damage(status) ? ErrorCode::Corrupt : ErrorCode::Unavailable,
                         "cannot open the view " + folder.string() + ": " + status.ToString());
  }
  database->rocks.reset(rocks);
  return std::unique_ptr<ViewStore>(std::make_unique<RocksdbViewStore>(database));
}

Result<void> remove_view(const std::filesystem::path& views_folder, std::string_view name,
                         std::uint32_t version) {
  const auto folder = folder_of(views_folder, name, version);
  std::error_code failure;
  std::filesystem::remove_all(folder, failure);
  // The mark goes last: a view that is half deleted is still a damaged one.
  if (!failure) std::filesystem::remove(damage_mark_of(folder), failure);
  if (failure) {
    return events::error(ErrorCode::Unavailable,
                         "cannot delete " + folder.string() + ": " + failure.message());
  }
  return {};
}

}  // namespace bitacora::projections
