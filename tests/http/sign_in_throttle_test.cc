#include "http/sign_in_throttle.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <stdexcept>
#include <thread>
#include <vector>

namespace bitacora::http {
namespace {

namespace limits = events::limits;
using std::chrono::seconds;

class SignInThrottleTest : public testing::Test {
 protected:
  // Whether a wrong password was compared at all.
  bool guess(SignInThrottle& throttle, std::string_view username, std::string_view address) const {
    const auto right = throttle.attempt(username, address, now_, [] { return false; });
    EXPECT_EQ(right.has_value(), right.has_value() && !*right);
    return right.has_value();
  }
  // How many of `attempts` wrong passwords were compared.
  int guess_often(SignInThrottle& throttle, std::string_view username, std::string_view address,
                  int attempts) const {
    int compared = 0;
    for (int i = 0; i < attempts; ++i) compared += guess(throttle, username, address) ? 1 : 0;
    return compared;
  }
  bool sign_in(SignInThrottle& throttle, std::string_view username,
               std::string_view address) const {
    const auto right = throttle.attempt(username, address, now_, [] { return true; });
    return right && *right;
  }

  SignInThrottle::Time now_{seconds(1'000'000)};
};

TEST_F(SignInThrottleTest, HoldsAUsernameOffFromWhereverItComes) {
  SignInThrottle throttle;
  for (int i = 0; i < limits::sign_in_failures_max; ++i) {
    EXPECT_TRUE(throttle.check("ana", "10.0.1.1", now_));
    EXPECT_TRUE(guess(throttle, "ana", "10.0.0." + std::to_string(i)));
  }
  now_ += seconds(60);
  EXPECT_FALSE(sign_in(throttle, "ana", "10.0.1.1")) << "not even with the right one";
  const auto refused = throttle.check("ana", "10.0.1.1", now_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, events::ErrorCode::TooManyAttempts);
  EXPECT_EQ(refused.error().retry_after_s, 14U * 60U);
  EXPECT_TRUE(guess(throttle, "bruno", "10.0.1.1"));
}

TEST_F(SignInThrottleTest, HoldsAnAddressOffWhateverNameItTries) {
  SignInThrottle throttle;
  for (int i = 0; i < limits::sign_in_failures_max; ++i) {
    EXPECT_TRUE(guess(throttle, "name" + std::to_string(i), "10.0.0.1"));
  }
  EXPECT_FALSE(guess(throttle, "another", "10.0.0.1"));
  EXPECT_TRUE(guess(throttle, "another", "10.0.0.2"));
}

TEST_F(SignInThrottleTest, LetsThemTryAgainAfterTheWindow) {
  SignInThrottle throttle;
  EXPECT_EQ(guess_often(throttle, "ana", "10.0.0.1", 20), limits::sign_in_failures_max);
  now_ += limits::sign_in_failures_window - seconds(1);
  EXPECT_EQ(guess_often(throttle, "ana", "10.0.0.1", 1), 0);
  now_ += seconds(1);
  EXPECT_EQ(guess_often(throttle, "ana", "10.0.0.1", 20), limits::sign_in_failures_max);
}

TEST_F(SignInThrottleTest, ForgetsTheFailuresOfAnAccountThatSignsIn) {
  SignInThrottle throttle;
  guess_often(throttle, "ana", "10.0.0.1", limits::sign_in_failures_max - 1);
  EXPECT_TRUE(sign_in(throttle, "ana", "10.0.0.1"));
  EXPECT_EQ(guess_often(throttle, "ana", "10.0.0.2", 20), limits::sign_in_failures_max);
}

TEST_F(SignInThrottleTest, DoesNotLetASignInCoverGuessesAtOtherNames) {
  SignInThrottle throttle;
  int guesses = 0;
  for (int i = 0; i < 100; ++i) {
    guesses += guess(throttle, "victim" + std::to_string(i), "10.0.0.1") ? 1 : 0;
    sign_in(throttle, "mine", "10.0.0.1");
  }
  EXPECT_EQ(guesses, limits::sign_in_failures_max);
}

// As many threads as do not fit all at once, at the same instant.
TEST_F(SignInThrottleTest, RefusesNobodyForOthersThatAreRight) {
  SignInThrottle throttle;
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 3 * limits::sign_in_failures_max; ++i) {
      threads.emplace_back([&] { right += sign_in(throttle, "ana", "10.0.0.1") ? 1 : 0; });
    }
  }
  EXPECT_EQ(right, 3 * limits::sign_in_failures_max);
  EXPECT_EQ(guess_often(throttle, "ana", "10.0.0.1", 20), limits::sign_in_failures_max);
}

TEST_F(SignInThrottleTest, ComparesNoMoreAtTheSameInstantThanMayBeWrong) {
  SignInThrottle throttle;
  const int threads_max = 3 * limits::sign_in_failures_max;
  std::barrier together(threads_max);
  std::atomic<int> compared{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < threads_max; ++i) {
      threads.emplace_back([&] {
        together.arrive_and_wait();
        compared += guess(throttle, "ana", "10.0.0.1") ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(compared, limits::sign_in_failures_max);
}

TEST_F(SignInThrottleTest, CountsNoComparisonThatFailed) {
  SignInThrottle throttle;
  const auto fail = []() -> bool { throw std::runtime_error("no memory"); };
  for (int i = 0; i < 2 * limits::sign_in_failures_max; ++i) {
    EXPECT_THROW(throttle.attempt("ana", "10.0.0.1", now_, fail), std::runtime_error);
  }
  EXPECT_TRUE(sign_in(throttle, "ana", "10.0.0.1"));
}

TEST_F(SignInThrottleTest, CountsANetworkOfIpv6AsOneAddress) {
  SignInThrottle throttle;
  for (int i = 0; i < limits::sign_in_failures_max; ++i) {
    EXPECT_TRUE(guess(throttle, "n" + std::to_string(i), "2001:db8::" + std::to_string(i)));
  }
  EXPECT_FALSE(guess(throttle, "another", "2001:db8::ffff"));
  EXPECT_TRUE(guess(throttle, "another", "2001:db8:0:1::1"));
}

TEST_F(SignInThrottleTest, ForgetsTheOldestPastItsBoundAndGoesOn) {
  SignInThrottle throttle(8);
  EXPECT_EQ(guess_often(throttle, "ana", "10.0.0.1", 20), limits::sign_in_failures_max);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(guess_often(throttle, "n" + std::to_string(i), "a" + std::to_string(i), 1), 1);
  }
  EXPECT_EQ(guess_often(throttle, "ana", "10.0.0.1", 1), 1);
  EXPECT_EQ(guess_often(throttle, "n3", "a3", 20), limits::sign_in_failures_max - 1);
}

}  // namespace
}  // namespace bitacora::http
