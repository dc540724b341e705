// The department queues follow the conversations: while they serve, after a restart, and when what
// they had kept is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "actors/replay.h"
#include "tests/actors/company.h"
#include "tests/waiting.h"

namespace bitacora::actors {
namespace {

using events::StreamId;

// Waits for what the queues do after the answer.
template <class Condition>
void wait_for_queues(const char* what, Condition condition) {
  ASSERT_TRUE(comes_true(condition)) << "waited in vain until " << what;
}

// Of a department that was added a moment ago there may be none yet.
std::optional<DepartmentWaiting> figures_of(Company& company,
                                            const events::DepartmentId& department) {
  const auto figures = company.runtime().figures().waiting;
  const auto found = std::ranges::find(figures, department, &DepartmentWaiting::department_id);
  return found == figures.end() ? std::nullopt : std::optional(*found);
}

void wait_for_waiting(Company& company, const events::DepartmentId& department, std::size_t count) {
  wait_for_queues("the queue is so long", [&] {
    const auto figures = figures_of(company, department);
    return figures && figures->waiting == count;
  });
}

events::DepartmentQueueState queue(Company& company, const events::DepartmentId& department) {
  auto loaded = load(company.log(), department);
  BITACORA_INVARIANT(loaded.has_value(), "the queue cannot be read");
  return std::move(loaded->state);
}

TEST(DepartmentQueue, HoldsThoseThatWaitOldestFirst) {
  Company company;
  std::vector<events::ConversationId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(company.conversation());
  wait_for_waiting(company, company.ventas, 5);
  const auto oldest = company.stream(StreamId::of(ids[0])).front()->header.at;
  EXPECT_EQ(figures_of(company, company.ventas)->oldest_since, oldest);
  ASSERT_TRUE(wait(company.ask(ids[0], company.ana, Claim{})).has_value());
  ASSERT_TRUE(wait(company.ask(ids[1], company.ana, Transfer{.department_id = company.soporte}))
                  .has_value());
  ASSERT_TRUE(wait(company.ask(ids[2], company.ana, Close{})).has_value());
  wait_for_waiting(company, company.ventas, 2);
  wait_for_waiting(company, company.soporte, 1);
  const auto state = queue(company, company.ventas);
  EXPECT_TRUE(state.since.contains(ids[3]));
  EXPECT_TRUE(state.since.contains(ids[4]));
  EXPECT_TRUE(queue(company, company.soporte).since.contains(ids[1]));
}

TEST(DepartmentQueue, TellsOfEveryDepartmentAfterARestart) {
  Company company;
  company.conversation();
  company.stop();
  company.start();
  wait_for_waiting(company, company.ventas, 1);
  wait_for_waiting(company, company.soporte, 0);
}

TEST(DepartmentQueue, WritesNothingForMessagesInAttendedConversations) {
  Company company;
  const auto id = company.conversation();
  ASSERT_TRUE(wait(company.ask(id, company.ana, Claim{})).has_value());
  const auto written = [&] { return company.stream(StreamId::queue_of(company.ventas)).size(); };
  wait_for_queues("it was enqueued and dequeued", [&] { return written() == 2; });
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(wait(company.ask(id, company.ana, SendReply{{"Diga"}})).has_value());
  }
  company.runtime().stop();  // what the queues had to follow, they have followed
  EXPECT_EQ(written(), 2U);
}

TEST(DepartmentQueue, NamesTheEventThatItFollows) {
  Company company;
  const auto id = company.conversation();
  wait_for_waiting(company, company.ventas, 1);
  const auto followed = company.stream(StreamId::queue_of(company.ventas));
  const auto opened = company.stream(StreamId::of(id)).front();
  ASSERT_EQ(followed.size(), 1U);
  EXPECT_EQ(followed.front()->header.causation, opened->header.id);
  EXPECT_EQ(followed.front()->header.who, events::Who::system());
}

TEST(DepartmentQueue, FollowsOnceAcrossRestarts) {
  Company company;
  std::vector<events::ConversationId> ids;
  for (int round = 0; round < 3; ++round) {
    ids.push_back(company.conversation());
    company.stop();
    company.start();
    wait_for_waiting(company, company.ventas, ids.size());
  }
  EXPECT_EQ(company.stream(StreamId::queue_of(company.ventas)).size(), ids.size());
  company.stop();
  company.start();
  const auto followed = load_followed(company.log());
  ASSERT_TRUE(followed.has_value());
  EXPECT_GT(*followed, events::Position());  // so that little is read again
}

TEST(DepartmentQueue, CatchesUpWhenWhatItHadKeptIsLost) {
  Company company;
  std::vector<events::ConversationId> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(company.conversation());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(
        wait(company.ask(ids[static_cast<std::size_t>(i)], company.ana, Claim{})).has_value());
  }
  wait_for_waiting(company, company.ventas, 5);
  company.runtime().stop();
  const auto before = company.stream(StreamId::queue_of(company.ventas)).size();
  save_followed(company.log(), events::Position());
  company.stop();
  company.start();
  wait_for_waiting(company, company.ventas, 5);
  company.conversation();
  wait_for_waiting(company, company.ventas, 6);
  EXPECT_EQ(company.stream(StreamId::queue_of(company.ventas)).size(), before + 1);
}

// Conversations that no queue has heard of, as after a crash before the queues followed.
TEST(DepartmentQueue, FollowsWhatItMissed) {
  Company company;
  const auto first = company.conversation();
  wait_for_waiting(company, company.ventas, 1);
  company.runtime().stop();
  const events::Instant now = events::SystemClock().now();
  std::vector<events::AppendRequest> requests;
  for (int i = 0; i < 100; ++i) {
    const auto id = events::ConversationId::make(now);
    const auto stream = StreamId::of(id);
    events::AppendRequest request;
    request.conditions.push_back({stream, events::Version()});
    const auto add = [&](events::ConversationEvent event) {
      request.events.push_back({stream, events::EventId::make(now), now, events::Who::system(),
                                std::nullopt, events::Event(std::move(event))});
    };
    add(events::ConversationOpened{events::ContactId::make(now), "Lucía", "webchat",
                                   company.ventas});
    if (i % 2) add(events::ConversationTransferred{company.soporte});
    requests.push_back(std::move(request));
  }
  for (const auto& answer : company.log().append(requests)) ASSERT_TRUE(answer.has_value());
  company.stop();
  company.start();
  wait_for_waiting(company, company.ventas, 51);
  wait_for_waiting(company, company.soporte, 50);
  EXPECT_TRUE(queue(company, company.ventas).since.contains(first));
}

}  // namespace
}  // namespace bitacora::actors
