// Work on threads of its own: what it gives, what is refused, whose turn it is.
#include "http/workers.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <stdexcept>

namespace bitacora::http {
namespace {

namespace asio = boost::asio;
using events::ErrorCode;
using events::Result;

class WorkersTest : public testing::Test {
 protected:
  // Runs the work and waits for what it gives.
  Result<int> give(Workers& workers, std::function<Result<int>()> work) {
    auto given = asio::co_spawn(executor_, workers.run<int>(std::move(work)), asio::use_future);
    executor_.run();
    executor_.restart();
    return given.get();
  }

  static Result<int> scheduling() { return sched_getscheduler(0); }

  asio::io_context executor_;
};

TEST_F(WorkersTest, GivesWhatTheWorkGave) {
  Workers workers(1, 1);
  EXPECT_EQ(give(workers, [] { return Result<int>(7); }).value(), 7);
  const auto refused =
      give(workers, []() -> Result<int> { return events::error(ErrorCode::NotFound, "none"); });
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
}

TEST_F(WorkersTest, MakesAnErrorOfWhatIsThrown) {
  Workers workers(1, 1);
  const auto thrown = give(workers, []() -> Result<int> { throw std::runtime_error("broken"); });
  EXPECT_EQ(thrown.error().code, ErrorCode::Internal);
  EXPECT_EQ(give(workers, [] { return Result<int>(7); }).value(), 7);
}

TEST_F(WorkersTest, LetsGoWhatTheWorkHeldBeforeItAnswers) {
  Workers workers(1, 1);
  const auto held = std::make_shared<int>(7);
  EXPECT_EQ(give(workers, [held] { return Result<int>(*held); }).value(), 7);
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(WorkersTest, RefusesWhatIsMoreThanMayWait) {
  Workers workers(1, 1);
  std::promise<void> goes_on;
  const auto gate = goes_on.get_future().share();
  const auto wait = [gate] {
    gate.wait();
    return Result<int>(7);
  };
  auto runs = asio::co_spawn(executor_, workers.run<int>(wait), asio::use_future);
  auto waits = asio::co_spawn(executor_, workers.run<int>(wait), asio::use_future);
  auto refused = asio::co_spawn(executor_, workers.run<int>(wait), asio::use_future);
  executor_.poll();
  const auto overloaded = refused.get();
  EXPECT_EQ(overloaded.error().code, ErrorCode::Overloaded);
  EXPECT_EQ(overloaded.error().retry_after_s, 1);
  goes_on.set_value();
  executor_.run();
  EXPECT_EQ(runs.get().value(), 7);
  EXPECT_EQ(waits.get().value(), 7);
}

TEST_F(WorkersTest, ComesLastWhenItIsToldTo) {
  Workers last(1, 1, Turn::Last);
  EXPECT_EQ(give(last, scheduling).value(), SCHED_IDLE);
  Workers fair(1, 1);
  EXPECT_EQ(give(fair, scheduling).value(), SCHED_OTHER);
  EXPECT_EQ(scheduling().value(), SCHED_OTHER);
}

}  // namespace
}  // namespace bitacora::http
