#include "http/sign_in_throttle.h"

#include <algorithm>

#include "http/client_network.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;

// A longer one names nobody; its beginning is enough to count it.
std::string key_of_username(std::string_view username) {
  return "name " + std::string(username.substr(0, limits::slug_bytes_max + 1));
}

std::string key_of_address(std::string_view address) {
  return "address " + client_network(address);
}

events::Error too_many(SignInThrottle::Time::duration wait) {
  events::Error refused = events::error(events::ErrorCode::TooManyAttempts,
                                        "There were too many wrong passwords. Try again later.");
  refused.retry_after_s =
      static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(wait).count());
  return refused;
}

}  // namespace

class SignInThrottle::Comparison {
 public:
  // Lets the lock go for as long as it lives.
  Comparison(SignInThrottle& throttle, const Keys& keys, std::unique_lock<std::mutex>& lock)
      : throttle_(throttle), keys_(keys), lock_(lock) {
    ++throttle_.comparing_[keys_.name];
    ++throttle_.comparing_[keys_.address];
    lock_.unlock();
  }
  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;
  ~Comparison() {
    lock_.lock();
    for (const std::string* key : {&keys_.name, &keys_.address}) {
      const auto found = throttle_.comparing_.find(*key);
      if (--found->second == 0) throttle_.comparing_.erase(found);
    }
    throttle_.compared_.notify_all();
  }

 private:
  SignInThrottle& throttle_;
  const Keys& keys_;
  std::unique_lock<std::mutex>& lock_;
};

SignInThrottle::SignInThrottle(std::size_t tracked_max) : tracked_max_(tracked_max) {}

SignInThrottle::Windows::iterator SignInThrottle::find_current(const std::string& key, Time now) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return windows_.end();
  if (found->second->began + limits::sign_in_failures_window > now) return found->second;
  forget(found->second);
  return windows_.end();
}

int SignInThrottle::failures_of(const std::string& key, Time now) {
  const auto window = find_current(key, now);
  return window == windows_.end() ? 0 : window->failures;
}

bool SignInThrottle::has_room(const std::string& key, Time now) {
  const auto comparing = comparing_.find(key);
  const int may_fail = comparing == comparing_.end() ? 0 : comparing->second;
  return failures_of(key, now) + may_fail < limits::sign_in_failures_max;
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

events::Result<void> SignInThrottle::check(const Keys& keys, Time now) {
  Time::duration wait{};
  for (const std::string* key : {&keys.name, &keys.address}) {
    if (failures_of(*key, now) < limits::sign_in_failures_max) continue;
    const auto until = find_current(*key, now)->began + limits::sign_in_failures_window;
    wait = std::max(wait, until - now);
  }
  if (wait > Time::duration::zero()) return too_many(wait);
  return {};
}

events::Result<void> SignInThrottle::check(std::string_view username, std::string_view address,
                                           Time now) {
  const std::lock_guard lock(mutex_);
  return check(Keys{key_of_username(username), key_of_address(address)}, now);
}

events::Result<bool> SignInThrottle::attempt(std::string_view username, std::string_view address,
                                             Time now, const std::function<bool()>& is_right) {
  const Keys keys{key_of_username(username), key_of_address(address)};
  std::unique_lock lock(mutex_);
  // Whoever takes the room is comparing on another thread, and tells when it is done.
  for (;;) {
    if (const auto allowed = check(keys, now); !allowed) return allowed.error();
    if (has_room(keys.name, now) && has_room(keys.address, now)) break;
    compared_.wait(lock);
  }
  const bool right = [&] {
    const Comparison comparison(*this, keys, lock);
    return is_right();
  }();
  if (!right) {
    add_failure(keys.name, now);
    add_failure(keys.address, now);
  } else if (const auto window = find_current(keys.name, now); window != windows_.end()) {
    forget(window);
  }
  return right;
}

}  // namespace bitacora::http
