// What the listener knows of its connections, whatever is spoken on them: their strand, the time by
// which something has to have happened, and how they are ended.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <list>
#include <memory>
#include <mutex>

#include "http/wire.h"

namespace bitacora::http {

class Connections;

// Deadlines are kept as one number a connection and looked through a few times a second: a timer
// for each operation would cost more than the operation.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Connection(Strand strand) : strand_(std::move(strand)) {}
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] const Strand& strand() const { return strand_; }

 protected:
  friend class Connections;

  // All of these are called on the strand.
  //
  // The deadline has passed, and is unset again.
  virtual void deadline_passed() = 0;
  // The server stops: finish what is under way and end.
  virtual void wind_up() = 0;
  // End at once.
  virtual void cut() = 0;

  // Any thread; Clock::time_point::max() for none.
  void set_deadline(Clock::time_point at) {
    deadline_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
  }
  [[nodiscard]] Clock::time_point deadline() const {
    return Clock::time_point(Clock::duration(deadline_.load(std::memory_order_relaxed)));
  }

 private:
  Strand strand_;
  std::atomic<Clock::rep> deadline_{std::numeric_limits<Clock::rep>::max()};
  std::list<std::shared_ptr<Connection>>::iterator place_;  // under the mutex of Connections
};

// Owns the connections. Thread-safe.
class Connections {
 public:
  void add(std::shared_ptr<Connection> connection);
  // The connection ends with the last operation that holds it.
  void remove(Connection& connection);
  [[nodiscard]] std::size_t size() const;

  // Tells those whose deadline has passed.
  void check_deadlines(Connection::Clock::time_point now);
  void wind_up_all();
  void cut_all();
  // Whether all were gone in time. Blocks.
  bool wait_until_none(std::chrono::milliseconds at_most);
  // Gives up those that would not go, while their executor still lives.
  void forget_all();

 private:
  mutable std::mutex mutex_;
  std::condition_variable none_left_;
  std::list<std::shared_ptr<Connection>> connections_;
};

}  // namespace bitacora::http
