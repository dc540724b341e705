#include "http/sign_in_throttle.h"

#include <gtest/gtest.h>

namespace bitacora::http {
namespace {

namespace limits = events::limits;
using std::chrono::seconds;

class SignInThrottleTest : public testing::Test {
 protected:
  // How many of `attempts` were let through.
  int try_often(SignInThrottle& throttle, std::string_view username, std::string_view address,
                int attempts) const {
    int passed = 0;
    for (int i = 0; i < attempts; ++i) {
      passed += throttle.attempt(username, address, now_) ? 1 : 0;
    }
    return passed;
  }

  SignInThrottle::Time now_{seconds(1'000'000)};
};

TEST_F(SignInThrottleTest, HoldsAUsernameOffFromWhereverItComes) {
  SignInThrottle throttle;
  for (int i = 0; i < limits::sign_in_failures_max; ++i) {
    EXPECT_TRUE(throttle.attempt("ana", "10.0.0." + std::to_string(i), now_));
  }
  const auto refused = throttle.attempt("ana", "10.0.1.1", now_ + seconds(60));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, events::ErrorCode::TooManyAttempts);
  EXPECT_EQ(refused.error().retry_after_s, 14U * 60U);
  EXPECT_TRUE(throttle.attempt("bruno", "10.0.1.1", now_));
}

TEST_F(SignInThrottleTest, HoldsAnAddressOffWhateverNameItTries) {
  SignInThrottle throttle;
  for (int i = 0; i < limits::sign_in_failures_max; ++i) {
    EXPECT_TRUE(throttle.attempt("name" + std::to_string(i), "10.0.0.1", now_));
  }
  EXPECT_FALSE(throttle.attempt("another", "10.0.0.1", now_));
  EXPECT_TRUE(throttle.attempt("another", "10.0.0.2", now_));
}

TEST_F(SignInThrottleTest, LetsThemTryAgainAfterTheWindow) {
  SignInThrottle throttle;
  EXPECT_EQ(try_often(throttle, "ana", "10.0.0.1", 20), limits::sign_in_failures_max);
  now_ += limits::sign_in_failures_window - seconds(1);
  EXPECT_EQ(try_often(throttle, "ana", "10.0.0.1", 1), 0);
  now_ += seconds(1);
  EXPECT_EQ(try_often(throttle, "ana", "10.0.0.1", 20), limits::sign_in_failures_max);
}

TEST_F(SignInThrottleTest, ForgetsTheFailuresOfAnAccountThatSignsIn) {
  SignInThrottle throttle;
  for (int round = 0; round < 5; ++round) {
    EXPECT_TRUE(throttle.attempt("ana", "10.0.0.1", now_));
    throttle.succeeded("ana", "10.0.0.1");
  }
  EXPECT_EQ(try_often(throttle, "ana", "10.0.0.2", 20), limits::sign_in_failures_max);
}

TEST_F(SignInThrottleTest, DoesNotLetASignInCoverGuessesAtOtherNames) {
  SignInThrottle throttle;
  int guesses = 0;
  for (int i = 0; i < 100; ++i) {
    guesses += throttle.attempt("victim" + std::to_string(i), "10.0.0.1", now_) ? 1 : 0;
    if (throttle.attempt("mine", "10.0.0.1", now_)) {
      throttle.succeeded("mine", "10.0.0.1");
    }
  }
  EXPECT_EQ(guesses, limits::sign_in_failures_max);
}

TEST_F(SignInThrottleTest, CountsANetworkOfIpv6AsOneAddress) {
  SignInThrottle throttle;
  for (int i = 0; i < limits::sign_in_failures_max; ++i) {
    EXPECT_TRUE(throttle.attempt("n" + std::to_string(i), "2001:db8::" + std::to_string(i), now_));
  }
  EXPECT_FALSE(throttle.attempt("another", "2001:db8::ffff", now_));
  EXPECT_TRUE(throttle.attempt("another", "2001:db8:0:1::1", now_));
}

TEST_F(SignInThrottleTest, ForgetsTheOldestPastItsBoundAndGoesOn) {
  SignInThrottle throttle(8);
  EXPECT_EQ(try_often(throttle, "ana", "10.0.0.1", 20), limits::sign_in_failures_max);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(try_often(throttle, "n" + std::to_string(i), "a" + std::to_string(i), 1), 1);
  }
  EXPECT_EQ(try_often(throttle, "ana", "10.0.0.1", 1), 1);
  EXPECT_EQ(try_often(throttle, "n3", "a3", 20), limits::sign_in_failures_max - 1);
}

}  // namespace
}  // namespace bitacora::http
