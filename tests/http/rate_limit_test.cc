#include "http/rate_limit.h"

#include <gtest/gtest.h>

namespace bitacora::http {

namespace {

TEST(RateLimit, GivesABurstAndThenSoManyAMinute) {
  RateLimit limit(60);
  RateLimit::Time now{};
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(limit.take("uno", now)) << i;
  const auto refused = limit.take("uno", now);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, events::ErrorCode::TooManyAttempts);
  EXPECT_EQ(refused.error().retry_after_s, 1U);
  EXPECT_TRUE(limit.take("dos", now)) << "another key has its own";
  now += std::chrono::seconds(2);
  EXPECT_TRUE(limit.take("uno", now));
  EXPECT_TRUE(limit.take("uno", now));
  EXPECT_FALSE(limit.take("uno", now));
}

TEST(RateLimit, RemembersSoManyKeysAndForgetsThoseAtRest) {
  RateLimit limit(60, 2);
  RateLimit::Time now{};
  now += std::chrono::hours(1);
  EXPECT_TRUE(limit.take("uno", now));
  EXPECT_TRUE(limit.take("dos", now));
  EXPECT_FALSE(limit.take("tres", now));
  now += std::chrono::minutes(2);
  EXPECT_TRUE(limit.take("tres", now));
}

}  // namespace

}  // namespace bitacora::http
