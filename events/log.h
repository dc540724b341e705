// The log: the truth, an append-only sequence of events in streams.
//
// Invariants, each held by a test of the conformance suite (tests/events/log_conformance.h):
//   L1  What append() answered with success is synced to disk.
//   L2  Versions of a stream and positions of the log have no gap and are never used twice.
//   L3  An append happens wholly or not at all, over however many streams.
//   L4  A command key is stored with its events for as long as its scope's stream lives, one that
//       changes nothing too; the same key again appends nothing and tells where the first did.
//   L5  Readers see only what is synced.
//
// The interface shows nothing of RocksDB: a replicated log will stand behind it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "events/error.h"
#include "events/event.h"

namespace bitacora::events {

// The stream's version must be this at the append; Version(0): the stream must not exist.
struct Condition {
  StreamId stream;
  Version expected;
};

struct NewEvent {
  StreamId stream;
  EventId id;
  Instant at;
  Who who;
  std::optional<EventId> causation{};
  Event event;
};

// SHA-256 of what was asked (call and body), so that one key cannot stand for two requests.
using Fingerprint = Sha256;

// Scope and id together are unique. The id is "<who>/<Idempotency-Key>", so that two people may
// choose the same key; at most 128 bytes.
struct CommandKey {
  StreamId scope;
  std::string id;
  Fingerprint fingerprint{};
};

struct AppendRequest {
  // Every stream that `events` touch must be named here; others may be.
  std::vector<Condition> conditions;
  // 1 to limits::append_events_max. They take consecutive positions, in this order. None: a command
  // that changes nothing is stored, whose scope exists and is named by a condition.
  std::vector<NewEvent> events;
  std::optional<CommandKey> command{};
};

// Where a command's events stand; of one that changed nothing, where its scope's stream ended then.
struct StoredCommand {
  Position first;
  std::uint32_t count = 0;
  Fingerprint fingerprint{};
};

struct Appended {
  // The events as recorded, in order. Empty when the command had been appended before, or changes
  // nothing.
  std::vector<RecordedEventPtr> events;
  // Set when the command had been appended before (by an earlier append, or earlier in this
  // batch): nothing was written now.
  std::optional<StoredCommand> replayed{};
};

struct StoredSnapshot {
  Version version;
  std::string state;  // encode_state()
};

class Log {
 public:
  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  virtual ~Log() = default;

  // Appends each request that fits, in order, in one batch with one sync; a later request of the
  // batch sees the earlier ones. One answer a request:
  //   VersionConflict  a condition does not hold
  //   StorageFull      free space is below the watermark (all requests of the batch)
  //   Invalid          a bound of limits.h is passed
  // Blocks for the sync. One thread at a time: the appender.
  virtual std::vector<Result<Appended>> append(std::span<const AppendRequest> requests) = 0;

  // All functions below are safe from any thread, block for reads from disk at most, and see
  // exactly what is synced. Who keeps one of the events of an answer may keep all in memory.

  // Events of the stream from `from` on, in order, at most `count_max`. Empty past the end and for
  // a stream that does not exist.
  virtual Result<std::vector<RecordedEventPtr>> read_stream(const StreamId& stream, Version from,
                                                            std::size_t count_max) const = 0;
  // Events of the whole log from `from` on, in order, at most `count_max`.
  virtual Result<std::vector<RecordedEventPtr>> read_all(Position from,
                                                         std::size_t count_max) const = 0;
  virtual Result<std::optional<StoredCommand>> find_command(const StreamId& scope,
                                                            std::string_view id) const = 0;
  // Version(0) for a stream that does not exist.
  virtual Result<Version> head(const StreamId& stream) const = 0;
  [[nodiscard]] virtual Position last_position() const = 0;
  // Blocks until the last position is past `after`, or the timeout; returns the last position.
  // What a follower loops on, with read_all().
  virtual Position wait_past(Position after, std::chrono::milliseconds timeout) const = 0;

  // Snapshots are disposable: writing is not synced, a lost or outdated one costs time alone.
  virtual void write_snapshot(const StreamId& stream, const StoredSnapshot& snapshot) = 0;
  virtual Result<std::optional<StoredSnapshot>> read_snapshot(const StreamId& stream) const = 0;
};

// When the last event was made; the beginning of time when there is none, or it cannot be read.
Instant ended_at(const Log& log);

}  // namespace bitacora::events
