#include "http/sign_in_throttle.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace bitacora::http {

namespace {

namespace limits = events::limits;

// A longer one names nobody; its beginning is enough to count it.
std::string key_of_username(std::string_view username) {
  return "name " + std::string(username.substr(0, limits::slug_bytes_max + 1));
}

std::string key_of_address(std::string_view address) {
  boost::system::error_code failed;
  const auto parsed = boost::asio::ip::make_address(std::string(address), failed);
  if (failed || !parsed.is_v6() || parsed.to_v6().is_v4_mapped()) {
    return "address " + std::string(address);
  }
  auto bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return "address " + boost::asio::ip::address_v6(bytes).to_string();
}

events::Error too_many(SignInThrottle::Time::duration wait) {
  events::Error refused = events::error(events::ErrorCode::TooManyAttempts,
                                        "There were too many wrong passwords. Try again later.");
  refused.retry_after_s =
      static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(wait).count());
  return refused;
}

}  // namespace

SignInThrottle::SignInThrottle(std::size_t tracked_max) : tracked_max_(tracked_max) {}

SignInThrottle::Windows::iterator SignInThrottle::find(const std::string& key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? windows_.end() : found->second;
}

SignInThrottle::Windows::iterator SignInThrottle::find_current(const std::string& key, Time now) {
  const auto found = find(key);
  if (found != windows_.end() && found->began + limits::sign_in_failures_window <= now) {
    forget(found);
    return windows_.end();
  }
  return found;
}

void SignInThrottle::forget(Windows::iterator window) {
  by_key_.erase(window->key);
  windows_.erase(window);
}

void SignInThrottle::add_failure(const std::string& key, Time now) {
  auto window = find_current(key, now);
  if (window == windows_.end()) {
    if (windows_.size() >= tracked_max_) {
      forget(windows_.begin());
    }
    window = windows_.insert(windows_.end(), Window{key, now});
    by_key_.emplace(window->key, window);
  }
  ++window->failures;
}

events::Result<void> SignInThrottle::attempt(std::string_view username, std::string_view address,
                                             Time now) {
  const std::lock_guard lock(mutex_);
  const std::string name_key = key_of_username(username);
  const std::string address_key = key_of_address(address);
  Time::duration wait{};
  for (const std::string* key : {&name_key, &address_key}) {
    const auto window = find_current(*key, now);
    if (window != windows_.end() && window->failures >= limits::sign_in_failures_max) {
      wait = std::max(wait, window->began + limits::sign_in_failures_window - now);
    }
  }
  if (wait > Time::duration::zero()) {
    return too_many(wait);
  }
  add_failure(name_key, now);
  add_failure(address_key, now);
  return {};
}

void SignInThrottle::succeeded(std::string_view username, std::string_view address) {
  const std::lock_guard lock(mutex_);
  if (const auto window = find(key_of_username(username)); window != windows_.end()) {
    forget(window);
  }
  const auto window = find(key_of_address(address));
  if (window != windows_.end() && --window->failures == 0) {
    forget(window);
  }
}

}  // namespace bitacora::http
