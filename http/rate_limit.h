// How often something may happen for one key (a contact, an address), as a token bucket: a burst of
// a minute's worth, then as many a minute as are allowed.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "events/error.h"
#include "events/limits.h"

namespace bitacora::http {

// Thread-safe. The time is the caller's, so that tests choose it.
class RateLimit {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit RateLimit(std::uint32_t per_minute,
                     std::size_t keys_max = events::limits::rate_limit_keys_max);

  // Takes one; TooManyAttempts with the seconds until the next when there is none left. Past
  // keys_max keys that are all in use a new key is refused like one that has none left.
  events::Result<void> take(std::string_view key, Time now);

 private:
  struct Bucket {
    double left = 0;
    Time filled_at{};
  };
  [[nodiscard]] double filled(const Bucket& bucket, Time now) const;
  // Forgets the keys whose buckets are full again.
  void forget_full(Time now);

  const double per_minute_;
  const std::size_t keys_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
  Time forgot_at_{};
};

}  // namespace bitacora::http
