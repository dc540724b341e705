#include "http/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace bitacora::http {

namespace {

// Looking through all keys is work, so it is not done more often than this, however full it is.
constexpr std::chrono::seconds forget_interval{1};

events::Error refusal(double seconds) {
  events::Error refused = events::error(events::ErrorCode::TooManyAttempts,
                                        "That is more than may come in a minute. Try again later.");
  refused.retry_after_s = static_cast<std::uint32_t>(std::max(1.0, std::ceil(seconds)));
  return refused;
}

}  // namespace

RateLimit::RateLimit(std::uint32_t per_minute, std::size_t keys_max)
    : per_minute_(per_minute), keys_max_(keys_max) {}

events::Result<void> RateLimit::take(std::string_view key, Time now) {
  const std::lock_guard lock(mutex_);
  auto found = buckets_.find(std::string(key));
  if (found == buckets_.end()) {
    if (buckets_.size() >= keys_max_) forget_full(now);
    if (buckets_.size() >= keys_max_) return refusal(60);
    found = buckets_.emplace(key, Bucket{per_minute_, now}).first;
  }
  Bucket& bucket = found->second;
  bucket.left = filled(bucket, now);
  bucket.filled_at = now;
  if (bucket.left < 1) return refusal((1 - bucket.left) * 60 / per_minute_);
  bucket.left -= 1;
  return {};
}

double RateLimit::filled(const Bucket& bucket, Time now) const {
  const std::chrono::duration<double> passed = now - bucket.filled_at;
  return std::min(per_minute_, bucket.left + passed.count() * per_minute_ / 60);
}

void RateLimit::forget_full(Time now) {
  if (now - forgot_at_ < forget_interval && forgot_at_ != Time{}) return;
  forgot_at_ = now;
  std::erase_if(buckets_,
                [&](const auto& entry) { return filled(entry.second, now) >= per_minute_; });
}

}  // namespace bitacora::http
