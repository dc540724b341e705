// How many wrong passwords may come for one username, and from one address, before nobody is asked
// any more for a while (rule C8).
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "events/error.h"
#include "events/limits.h"

namespace bitacora::http {

// limits::sign_in_failures_max wrong passwords within limits::sign_in_failures_window from the
// first of them; usernames that do not exist are counted like others. An IPv6 client commonly has a
// whole /64, which counts as one address.
//
// Remembers `tracked_max` names and addresses; past that it forgets those whose window began first,
// so that nobody can use it up for the others. Thread-safe. The time is the caller's, so that tests
// choose it.
class SignInThrottle {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit SignInThrottle(std::size_t tracked_max = events::limits::sign_in_tracked_max);

  // TooManyAttempts, with the seconds until one more may be tried, when there were too many
  // failures within the window. Does not block.
  events::Result<void> check(std::string_view username, std::string_view address, Time now);

  // Whether the password is right, as `is_right` says; TooManyAttempts as check() tells it. A right
  // one lets the username start anew; the address keeps its failures, which may have been guesses
  // at other names.
  //
  // Blocks for is_right(), and before it while so many others are being compared that one more
  // could be a wrong one too many: so attempts at the same instant are counted, and none is
  // refused for others that turn out to be right.
  events::Result<bool> attempt(std::string_view username, std::string_view address, Time now,
                               const std::function<bool()>& is_right);

 private:
  struct Window {
    std::string key;
    Time began;
    int failures = 0;
  };
  using Windows = std::list<Window>;
  struct Keys {
    std::string name;
    std::string address;
  };
  // A comparison under way.
  class Comparison;

  // All under the mutex.
  Windows::iterator find_current(const std::string& key, Time now);
  int failures_of(const std::string& key, Time now);
  bool has_room(const std::string& key, Time now);
  events::Result<void> check(const Keys& keys, Time now);
  void add_failure(const std::string& key, Time now);
  void forget(Windows::iterator window);

  const std::size_t tracked_max_;
  std::mutex mutex_;
  std::condition_variable compared_;
  // In the order in which they began.
  Windows windows_;
  std::unordered_map<std::string_view, Windows::iterator> by_key_;
  // How many are being compared, by key.
  std::unordered_map<std::string, int> comparing_;
};

}  // namespace bitacora::http
