// How many wrong passwords may come for one username, and from one address, before nobody is asked
// any more for a while (rule C8).
#pragma once

#include <chrono>
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
  // failures within the window. Otherwise the attempt counts as a failure until succeeded() says
  // that it was none: so attempts at the same instant are counted, too.
  events::Result<void> attempt(std::string_view username, std::string_view address, Time now);
  // The attempt was right: the username starts anew, and the address gets its attempt back; its
  // others may have been guesses at other names.
  void succeeded(std::string_view username, std::string_view address);

 private:
  struct Window {
    std::string key;
    Time began;
    int failures = 0;
  };
  using Windows = std::list<Window>;

  Windows::iterator find(const std::string& key);
  Windows::iterator find_current(const std::string& key, Time now);
  void add_failure(const std::string& key, Time now);
  void forget(Windows::iterator window);

  const std::size_t tracked_max_;
  std::mutex mutex_;
  // In the order in which they began.
  Windows windows_;
  std::unordered_map<std::string_view, Windows::iterator> by_key_;
};

}  // namespace bitacora::http
