#include "tests/acceptance/retrying_client.h"

namespace bitacora::acceptance_test {

void ServerAddress::up_at(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  port_ = port;
  changed_.notify_all();
}

void ServerAddress::over() {
  const std::lock_guard lock(mutex_);
  over_ = true;
  changed_.notify_all();
}

bool ServerAddress::is_over() {
  const std::lock_guard lock(mutex_);
  return over_;
}

std::uint16_t ServerAddress::wait(std::uint16_t known, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [&] { return over_ || port_ != known; });
  return port_;
}

RetryingClient::RetryingClient(ServerAddress& address, std::string bearer)
    : address_(address), bearer_(std::move(bearer)) {}

bool RetryingClient::until(const std::function<bool(Client&)>& done) {
  while (!address_.is_over()) {
    if (client_) {
      if (done(*client_)) return true;
      client_.reset();
    }
    // A moment, for a server that is up but does not answer yet; else until it has come up again.
    port_ = address_.wait(port_, std::chrono::milliseconds(100));
    if (port_ != 0) client_.emplace(port_, bearer_);
  }
  return false;
}

std::optional<Answer> RetryingClient::post(const std::string& target, const json::object& body,
                                           const std::string& key) {
  std::optional<Answer> answer;
  until([&](Client& client) {
    auto given = client.try_post(target, body, key);
    if (given.status != 0 && given.status != 503) answer = std::move(given);
    return answer.has_value();
  });
  return answer;
}

bool RetryingClient::upload(Upload& upload) {
  return until([&](Client& client) {
    while (!upload.is_over()) {
      if (!upload.go_on(client.http())) return false;
    }
    return true;
  });
}

void Acknowledged::add(std::string text) {
  const std::lock_guard lock(mutex_);
  texts_.insert(std::move(text));
  changed_.notify_all();
}

bool Acknowledged::wait_for_more(std::size_t count) {
  std::unique_lock lock(mutex_);
  const std::size_t awaited = texts_.size() + count;
  return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return texts_.size() >= awaited; });
}

std::set<std::string> Acknowledged::texts() const {
  const std::lock_guard lock(mutex_);
  return texts_;
}

}  // namespace bitacora::acceptance_test
