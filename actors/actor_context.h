// What the actors share: values that one writes and many read, and the handles of the services.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "actors/messages.h"
#include "actors/runtime.h"
#include "events/limits.h"
#include "events/time.h"

namespace bitacora::actors {

// The newest directory that is in the log. Written by the directory's actor, read by everybody.
class DirectoryBoard {
 public:
  explicit DirectoryBoard(events::Directory directory) : newest_(std::move(directory)) {}
  [[nodiscard]] events::Directory read() const { return newest_.load(); }
  void publish(events::Directory directory) { newest_.store(std::move(directory)); }

 private:
  std::atomic<events::Directory> newest_;
};

// How long the queues are. Written by the queues' actors. Thread-safe.
class WaitingBoard {
 public:
  void publish(const events::DepartmentQueueState& queue, const events::DepartmentId& id);
  [[nodiscard]] std::vector<DepartmentWaiting> read() const;

 private:
  mutable std::mutex mutex_;
  std::map<events::DepartmentId, DepartmentWaiting> waiting_;
};

// Counts of this process, for its figures. Thread-safe.
struct Counters {
  std::atomic<std::uint64_t> batches{0};
  std::atomic<std::uint64_t> events{0};
  std::atomic<std::size_t> actors_live{0};
};

// How far the views are behind the log, so that the log can wait for them. Thread-safe.
class ViewLag {
 public:
  // How long it waits: who waits for an append may meet two such waits, the one under way and its
  // own, and still hears what became of it.
  explicit ViewLag(std::chrono::milliseconds patience = events::limits::append_timeout / 4)
      : patience_(patience) {}

  void committed(std::size_t events) { behind_.fetch_add(events); }
  void applied(std::size_t events);
  // Waits while the views are more than limits::projection_lag_events_max behind. False when they
  // still are in the end; then the next call does not wait.
  bool wait_below_limit();

 private:
  const std::chrono::milliseconds patience_;
  std::atomic<std::size_t> behind_{0};
  std::mutex mutex_;
  std::condition_variable less_;
  bool in_vain_ = false;  // the last wait
};

// The one answer that an actor waits for and takes nothing else meanwhile, as the registry sees it.
//
// CAF keeps a timer for each request until it is due, answered or not: 30,000 appends a second with
// a timeout of 30 s are a million timers. So requests have none of their own; the registry looks at
// these instead, and answers those that are overdue with an error, as CAF's clock would.
class PendingAnswer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // By the actor that waits.
  void begin(std::uint64_t response_id, TimePoint now) {
    response_id_.store(0, std::memory_order_relaxed);
    since_.store(now.time_since_epoch().count(), std::memory_order_release);
    response_id_.store(response_id, std::memory_order_release);
  }
  void end() { response_id_.store(0, std::memory_order_relaxed); }

  // By the registry: the response to give up, if it has been waited for so long.
  [[nodiscard]] std::optional<std::uint64_t> overdue(TimePoint now,
                                                     std::chrono::milliseconds timeout) const {
    const std::uint64_t response_id = response_id_.load(std::memory_order_acquire);
    const TimePoint since{TimePoint::duration(since_.load(std::memory_order_acquire))};
    if (response_id == 0 || now - since < timeout) return std::nullopt;
    return response_id;
  }

 private:
  std::atomic<std::uint64_t> response_id_{0};
  std::atomic<TimePoint::rep> since_{0};
};

using PendingAnswerPtr = std::shared_ptr<PendingAnswer>;

// Called with what happened when the process cannot go on. Must not return.
using Fatal = std::function<void(const std::string& what)>;

struct ActorContext {
  std::shared_ptr<const events::Clock> clock;
  std::shared_ptr<DirectoryBoard> directory;
  std::shared_ptr<WaitingBoard> waiting;
  std::shared_ptr<Counters> counters;
  Fatal fatal;
  std::chrono::milliseconds actor_idle{};
  LogActor log;
  std::vector<LoaderActor> loaders;

  // The loader that reads this stream; always the same, so that what it writes it reads later.
  [[nodiscard]] const LoaderActor& loader_of(const events::StreamId& stream) const {
    return loaders[std::hash<events::StreamId>{}(stream) % loaders.size()];
  }
};

using ActorContextPtr = std::shared_ptr<const ActorContext>;

}  // namespace bitacora::actors
