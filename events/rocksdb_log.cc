#include "events/rocksdb_log.h"

#include <rocksdb/perf_level.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <utility>

#include "events/free_space.h"
#include "events/head_cache.h"
#include "events/rocksdb_batch.h"
#include "events/rocksdb_check.h"
#include "events/rocksdb_database.h"
#include "events/rocksdb_reader.h"
#include "events/rocksdb_rows.h"

namespace bitacora::events {

namespace {

constexpr int exit_io_error = 74;  // EX_IOERR of sysexits.h

[[noreturn]] void exit_on_write_error(const std::string& what) {
  std::fprintf(stderr,
               "bitacora: the log could not be written (%s). What was acknowledged is on disk; "
               "stopping, so that nothing is acknowledged that is not.\n",
               what.c_str());
  // Not std::exit: the other threads must not see what it takes away.
  _exit(exit_io_error);
}

class RocksdbLog final : public Log {
 public:
  RocksdbLog(const RocksdbLogOptions& options, std::unique_ptr<LogDatabase> database,
             const Counters& counters)
      : database_(std::move(database)),
        on_write_error_(options.on_write_error ? options.on_write_error : exit_on_write_error),
        free_space_(options.folder, options.free_space_watermark_bytes, options.free_bytes),
        heads_(limits::heads_cached_max),
        counters_(counters),
        published_(counters.last) {}

  std::vector<Result<Appended>> append(std::span<const AppendRequest> requests) override;
  Result<std::vector<RecordedEventPtr>> read_stream(const StreamId& stream, Version from,
                                                    std::size_t count_max) const override {
    return read_versions(*database_, stream, from, last_position(), count_max);
  }
  Result<std::vector<RecordedEventPtr>> read_all(Position from,
                                                 std::size_t count_max) const override {
    return read_positions(*database_, from, last_position(), count_max);
  }
  Result<std::optional<StoredCommand>> find_command(const StreamId& scope,
                                                    std::string_view id) const override;
  Result<Version> head(const StreamId& stream) const override;
  Position last_position() const override { return published_.load(std::memory_order_acquire); }
  Position wait_past(Position after, std::chrono::milliseconds timeout) const override;
  void write_snapshot(const StreamId& stream, const StoredSnapshot& snapshot) override;
  Result<std::optional<StoredSnapshot>> read_snapshot(const StreamId& stream) const override;

 private:
  void publish(const Counters& counters);
  void settle(Position seen) const;

  const std::unique_ptr<LogDatabase> database_;
  const std::function<void(const std::string&)> on_write_error_;
  FreeSpaceWatch free_space_;

  // The appender's alone.
  HeadCache heads_;
  Counters counters_;

  // Everything up to here is synced. Written under the mutex, so that nobody who waits misses it.
  std::atomic<Position> published_;
  mutable std::mutex mutex_;
  mutable std::condition_variable published_more_;
};

std::vector<Result<Appended>> RocksdbLog::append(std::span<const AppendRequest> requests) {
  std::vector<Result<Appended>> answers;
  answers.reserve(requests.size());
  if (free_space_.is_full(std::chrono::steady_clock::now())) {
    answers.assign(requests.size(),
                   error(ErrorCode::StorageFull, "there is too little free space on the disk"));
    return answers;
  }
  AppendBatch batch(*database_, heads_, counters_);
  for (const AppendRequest& request : requests) answers.push_back(batch.add(request));
  if (batch.is_empty()) return answers;

  rocksdb::WriteOptions options;
  options.sync = true;
  // Nobody reads what RocksDB counts on this thread, and it counts each comparison of keys.
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
  const rocksdb::Status status = database_->db().Write(options, &batch.finish());
  if (!status.ok()) {
    on_write_error_(status.ToString());
    invariant_broken("the log went on after a write error", __FILE__, __LINE__);
  }
  batch.publish_heads(heads_);
  publish(batch.counters());
  return answers;
}

void RocksdbLog::publish(const Counters& counters) {
  counters_ = counters;
  {
    const std::lock_guard lock(mutex_);
    published_.store(counters.last, std::memory_order_release);
  }
  published_more_.notify_all();
}

// A row can be seen in the database an instant before its position is published. Both come after
// the sync, so whoever saw the row waits for the rest rather than tell of a position that
// last_position() does not have yet.
void RocksdbLog::settle(Position seen) const {
  if (last_position() >= seen) return;
  std::unique_lock lock(mutex_);
  published_more_.wait(lock, [&] { return last_position() >= seen; });
}

Position RocksdbLog::wait_past(Position after, std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  published_more_.wait_for(lock, timeout, [&] { return last_position() > after; });
  return last_position();
}

Result<std::optional<StoredCommand>> RocksdbLog::find_command(const StreamId& scope,
                                                              std::string_view id) const {
  const auto row = database_->get(Family::Command, command_key(scope, id));
  if (!row) return row.error();
  if (!*row) return std::optional<StoredCommand>{};
  const auto stored = parse_command(**row);
  if (!stored) return error(ErrorCode::Corrupt, "a command's row is not of its form");
  settle(stored->count == 0 ? stored->first : Position(stored->first.value() + stored->count - 1));
  return stored;
}

Result<Version> RocksdbLog::head(const StreamId& stream) const {
  const auto row = database_->get(Family::Head, as_slice(stream_key(stream)));
  if (!row) return row.error();
  if (!*row) return Version{};
  const auto stored = parse_head(**row);
  if (!stored) {
    return error(ErrorCode::Corrupt, "the head of " + stream.to_string() + " is damaged");
  }
  settle(stored->position);
  return stored->version;
}

void RocksdbLog::write_snapshot(const StreamId& stream, const StoredSnapshot& snapshot) {
  if (free_space_.was_full()) return;
  // A failure here costs the time of reading the stream; if the disk is in trouble, the next
  // append meets it too.
  database_->db()
      .Put(rocksdb::WriteOptions{}, database_->family(Family::Snapshot),
           as_slice(stream_key(stream)), snapshot_value(snapshot))
      .PermitUncheckedError();
}

Result<std::optional<StoredSnapshot>> RocksdbLog::read_snapshot(const StreamId& stream) const {
  const auto row = database_->get(Family::Snapshot, as_slice(stream_key(stream)));
  if (!row) return row.error();
  auto snapshot = *row ? parse_snapshot(**row) : std::nullopt;
  if (!snapshot) return snapshot;
  // One from another's log, or of a stream that was restored to an earlier version, is worthless.
  const auto version = head(stream);
  if (!version) return version.error();
  if (snapshot->version > *version) snapshot.reset();
  return snapshot;
}

Error refusal(const std::filesystem::path& folder, const Error& cause) {
  return error(
      ErrorCode::Corrupt,
      "the log in " + folder.string() + " is refused: " + cause.detail +
          ". Nothing of it was deleted. Keep a copy of the folder as it is, then put back the "
          "last backup; docs/STORAGE.md, \"When the log is refused\", has the steps.");
}

}  // namespace

Result<std::unique_ptr<Log>> open_rocksdb_log(const RocksdbLogOptions& options) {
  auto database = LogDatabase::open(options.folder, options.file_system);
  if (!database && database.error().code == ErrorCode::Corrupt) {
    return refusal(options.folder, database.error());
  }
  if (!database) return database.error();
  const auto counters = check_log(**database);
  if (!counters && counters.error().code == ErrorCode::Corrupt) {
    return refusal(options.folder, counters.error());
  }
  if (!counters) return counters.error();
  return std::unique_ptr<Log>(
      std::make_unique<RocksdbLog>(options, *std::move(database), *counters));
}

}  // namespace bitacora::events
