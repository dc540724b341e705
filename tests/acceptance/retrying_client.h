// Clients that go on while the server is killed under them: they retry with their keys, wherever it
// comes up again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/acceptance/client.h"
#include "tests/acceptance/uploading.h"

namespace bitacora::acceptance_test {

// Where the server is now. Thread-safe.
class ServerAddress {
 public:
  void up_at(std::uint16_t port);
  // No more waiting: everybody who does is let go.
  void over();
  [[nodiscard]] bool is_over();
  // The port, once it is another than `known`, or `patience` or all of it is over; 0 before the
  // first server.
  std::uint16_t wait(std::uint16_t known, std::chrono::milliseconds patience);

 private:
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::uint16_t port_ = 0;
  bool over_ = false;
};

// Calls that are made until they are answered: not at all, or 503, means again with the same key.
class RetryingClient {
 public:
  RetryingClient(ServerAddress& address, std::string bearer);
  // Null once the address is over.
  std::optional<Answer> post(const std::string& target, const json::object& body,
                             const std::string& key);
  // Until the upload is over; false when the address is before.
  bool upload(Upload& upload);

 private:
  // Until `done` says so; false once the address is over.
  bool until(const std::function<bool(Client&)>& done);

  ServerAddress& address_;
  std::string bearer_;
  std::uint16_t port_ = 0;
  std::optional<Client> client_{};
};

// Counts what was acknowledged, and lets one wait for more. Thread-safe.
class Acknowledged {
 public:
  void add(std::string text);
  // Until so many more than now are there; false when that takes longer than a minute.
  bool wait_for_more(std::size_t count);
  [[nodiscard]] std::set<std::string> texts() const;

 private:
  mutable std::mutex mutex_{};
  std::condition_variable changed_{};
  std::set<std::string> texts_{};
};

}  // namespace bitacora::acceptance_test
