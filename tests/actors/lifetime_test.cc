// Starting, stopping, and being put away, over a real log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "actors/ask.h"
#include "projections/inbox.h"
#include "tests/actors/company.h"
#include "tests/waiting.h"

namespace bitacora::actors {
namespace {

using namespace std::chrono_literals;
using events::ErrorCode;
using events::StreamId;

TEST(Lifetime, PutsIdleActorsAwayAndWakesThemAgain) {
  Company company(5ms);
  std::vector<events::ConversationId> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(company.conversation());
  company.wait_for_idle_actors_away();
  for (int round = 0; round < 3; ++round) {
    std::vector<Answer<ConversationOutcome>> answers;
    for (const auto& id : ids) answers.push_back(company.ask(id, company.ana, reply("Diga")));
    for (auto& each : answers) ASSERT_TRUE(wait(each).has_value());
    company.wait_for_idle_actors_away();
  }
  for (const auto& id : ids) EXPECT_EQ(company.texts(id).size(), 4U);
}

TEST(Lifetime, LosesNothingWhileActorsComeAndGoUnderLoad) {
  Company company(1ms);
  const auto contact = company.contact();
  constexpr int messages = 300;
  std::vector<std::string> written;
  for (int i = 0; i < messages; ++i) {
    written.push_back(std::to_string(i));
    auto answer = company.write(contact, written.back());
    if (i % 3 == 0) {
      ASSERT_TRUE(wait(answer).has_value()) << i;  // a pause in which actors may rest
    }
  }
  const auto last = wait(company.write(contact, "fin"));
  ASSERT_TRUE(last.has_value());
  written.push_back("fin");
  EXPECT_EQ(company.texts(last->conversation_id), written);
}

TEST(Lifetime, StopsUnderLoadWithEverythingAnsweredAndEverythingAcknowledgedInLogAndViews) {
  Company company;
  std::vector<events::ConversationId> ids;
  for (int i = 0; i < 50; ++i) ids.push_back(company.conversation());
  std::atomic<bool> stopped{false};
  std::vector<std::thread> threads;
  std::vector<std::vector<Answer<ConversationOutcome>>> answers(4);
  for (std::size_t t = 0; t < answers.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; !stopped && i < 100'000; ++i) {
        answers[t].push_back(company.ask(ids[(i + t) % ids.size()], company.ana, reply("Diga")));
        if (i > 200) wait(answers[t][i - 200]);
      }
    });
  }
  // Under load; whatever has happened by then, is stopped.
  const std::uint64_t before = company.runtime().figures().events_total;
  EXPECT_TRUE(comes_true([&] { return company.runtime().figures().events_total > before + 100; }));
  company.runtime().stop();
  stopped = true;
  for (auto& thread : threads) thread.join();

  std::set<events::MessageId> acknowledged;
  std::size_t refused = 0;
  for (auto& of_thread : answers) {
    for (auto& each : of_thread) {
      if (!each.valid()) continue;
      const auto outcome = wait(each);
      if (outcome) {
        acknowledged.insert(outcome->message->id);
      } else {
        EXPECT_EQ(outcome.error().code, ErrorCode::Unavailable);
        ++refused;
      }
    }
  }
  EXPECT_GT(acknowledged.size(), 0U);
  EXPECT_GT(refused, 0U);
  EXPECT_EQ(company.projector().position(), company.log().last_position());
  EXPECT_EQ(company.runtime().figures().commands_in_flight, 0U);
  EXPECT_EQ(company.runtime().figures().actors_live, 0U);
  for (const auto& id : ids) {
    for (const auto& recorded : company.stream(StreamId::of(id))) {
      acknowledged.erase(recorded->header.id);
    }
  }
  EXPECT_THAT(acknowledged, testing::IsEmpty());
  company.runtime().stop();  // a second call does nothing
}

TEST(Lifetime, RefusesCommandsOnceItIsStopped) {
  Company company;
  const auto id = company.conversation();
  company.runtime().stop();
  EXPECT_EQ(wait(company.ask(id, company.ana, Claim{})).error().code, ErrorCode::Unavailable);
  EXPECT_EQ(wait(company.enrol("Lucía")).error().code, ErrorCode::Unavailable);
}

TEST(Lifetime, TakesNoMoreCommandsAtATimeThanItsBound) {
  Traffic traffic;
  for (std::size_t i = 0; i < events::limits::commands_in_flight_max; ++i) {
    ASSERT_FALSE(traffic.enter());
  }
  const auto refused = traffic.enter();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::Overloaded);
  EXPECT_EQ(traffic.in_flight(), events::limits::commands_in_flight_max);
  traffic.leave();
  EXPECT_FALSE(traffic.enter());
}

TEST(Lifetime, RefusesWhatIsMoreThanItsBoundAndAnswersTheRest) {
  Company company;
  const auto id = company.conversation();
  const std::size_t bound = events::limits::commands_in_flight_max;
  std::vector<Answer<ConversationOutcome>> answers;
  for (std::size_t i = 0; i < 4 * bound; ++i) {
    answers.push_back(company.ask(id, company.carla, Claim{}));
  }
  std::size_t overloaded = 0;
  for (auto& each : answers) {
    const auto outcome = wait(each);
    ASSERT_TRUE(outcome.has_error());
    if (outcome.error().code == ErrorCode::Overloaded) {
      ++overloaded;
      EXPECT_TRUE(outcome.error().retry_after_s.has_value());
    } else {
      EXPECT_EQ(outcome.error().code, ErrorCode::NotFound);
    }
  }
  EXPECT_LE(overloaded, 3 * bound);
  company.wait_for_nothing_in_flight();
  EXPECT_TRUE(wait(company.ask(id, company.ana, Claim{})).has_value());
}

TEST(Lifetime, TakesTwentyThousandContactsAtOnce) {
  Company company;
  constexpr std::size_t contacts = 20'000;
  std::atomic<std::size_t> opened{0};
  std::atomic<std::size_t> later{0};
  std::promise<void> all;
  const auto settle = [&](bool good) {
    (good ? opened : later).fetch_add(1);
    if (opened + later == contacts) all.set_value();
  };
  Runtime& runtime = company.runtime();
  for (std::size_t i = 0; i < contacts; ++i) {
    runtime.ask("test", std::nullopt, RegisterContact{"Lucía", "webchat", company.ventas},
                [&](const events::Result<ContactOutcome>& registered) {
                  if (!registered) return settle(false);
                  runtime.ask(registered->contact_id, std::nullopt, ReceiveMessage{{"Hola"}},
                              [&](const events::Result<ConversationOutcome>& outcome) {
                                settle(outcome.has_value());
                              });
                });
  }
  ASSERT_EQ(all.get_future().wait_for(2min), std::future_status::ready);
  // Those beyond the bound were told to come later; nobody was lost.
  EXPECT_GE(opened, events::limits::commands_in_flight_max / 2);
  company.wait_for_views();
  const auto counts = projections::count_conversations(*company.projector().read_inbox(),
                                                       company.viewer(company.ana),
                                                       *company.projector().directory());
  EXPECT_EQ(counts.waiting, opened.load());
}

}  // namespace
}  // namespace bitacora::actors
