#include "http/connection.h"

#include <boost/asio/post.hpp>

namespace bitacora::http {

void Connections::add(std::shared_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  Connection& added = *connection;
  added.place_ = connections_.insert(connections_.end(), std::move(connection));
}

void Connections::remove(Connection& connection) {
  // Destroyed after the lock is free.
  std::list<std::shared_ptr<Connection>> removed;
  const std::lock_guard lock(mutex_);
  removed.splice(removed.begin(), connections_, connection.place_);
  if (connections_.empty()) {
    none_left_.notify_all();
  }
}

std::size_t Connections::size() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

void Connections::check_deadlines(Connection::Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  for (const auto& connection : connections_) {
    if (connection->deadline() > now) {
      continue;
    }
    asio::post(connection->strand(), [connection, now] {
      // It may have been moved meanwhile.
      if (connection->deadline() <= now) {
        connection->set_deadline(Connection::Clock::time_point::max());
        connection->deadline_passed();
      }
    });
  }
}

void Connections::wind_up_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& connection : connections_) {
    asio::post(connection->strand(), [connection] { connection->wind_up(); });
  }
}

void Connections::cut_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& connection : connections_) {
    asio::post(connection->strand(), [connection] { connection->cut(); });
  }
}

void Connections::forget_all() {
  std::list<std::shared_ptr<Connection>> forgotten;
  const std::lock_guard lock(mutex_);
  forgotten.swap(connections_);
}

bool Connections::wait_until_none(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  return none_left_.wait_for(lock, at_most, [this] { return connections_.empty(); });
}

}  // namespace bitacora::http
