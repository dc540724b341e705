#include "actors/department_queue_decider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "actors/conversation_decider.h"
#include "tests/actors/people.h"

namespace bitacora::actors {
namespace {

using namespace events;

// A log of conversations, and what the sources would know of it.
class Past {
 public:
  ConversationId open(std::uint8_t number, const DepartmentId& department) {
    const auto id = fixed_id<ConversationId>(number);
    happen(id, ConversationOpened{fixed_id<ContactId>(number), "Lucía", "webchat", department});
    happen(id, MessageReceived{{"Hola"}});
    return id;
  }
  void happen(const ConversationId& id, ConversationEvent event) {
    ConversationState& state = states_[id];
    auto recorded = std::make_shared<RecordedEvent>();
    recorded->header.position = Position(log_.size() + 1);
    recorded->header.stream = StreamId::of(id);
    recorded->header.version = state.version.next();
    recorded->header.id = EventId(fixed_id<EventId>(static_cast<std::uint8_t>(log_.size())));
    recorded->header.at = Instant::from_unix_ms(1'000 * static_cast<std::int64_t>(log_.size() + 1));
    state = evolve(std::move(state), event,
                   {recorded->header.position, recorded->header.version, recorded->header.at});
    recorded->event = Event(std::move(event));
    log_.push_back(std::move(recorded));
    history_[id].push_back(state);
  }

  [[nodiscard]] std::vector<QueueStep> steps(std::size_t from, std::size_t count) const {
    const Position before(from);
    const QueueSources sources{
        .facts_before =
            [&](const ConversationId& id) {
              ConversationFacts facts;
              for (const ConversationState& state : history_.at(id)) {
                if (state.position <= before) facts = state.facts;
              }
              return facts;
            },
        .waiting_since = [&](const ConversationId& id) { return states_.at(id).waiting_since; }};
    return queue_steps(std::span(log_).subspan(from, count), sources);
  }
  [[nodiscard]] std::vector<QueueStep> all_steps() const { return steps(0, log_.size()); }
  [[nodiscard]] std::size_t size() const { return log_.size(); }
  [[nodiscard]] const std::map<ConversationId, ConversationState>& states() const {
    return states_;
  }

 private:
  std::vector<RecordedEventPtr> log_;
  std::map<ConversationId, ConversationState> states_;
  std::map<ConversationId, std::vector<ConversationState>> history_;
};

// The queues of both departments.
class Queues {
 public:
  // Returns how many events that made.
  std::size_t follow(const std::vector<QueueStep>& steps) {
    std::size_t made = 0;
    for (const DepartmentId& department : {people.ventas, people.soporte}) {
      std::vector<QueueStep> own;
      for (const QueueStep& step : steps) {
        if (step.department_id == department) own.push_back(step);
      }
      DepartmentQueueState& queue = queues_[department];
      for (const QueueDecision& decision : decide(queue, own)) {
        queue = evolve(std::move(queue), decision.event,
                       {Position(1), queue.version.next(), Instant()});
        ++made;
      }
    }
    return made;
  }
  [[nodiscard]] const DepartmentQueueState& of(const DepartmentId& id) { return queues_[id]; }

  [[nodiscard]] std::set<ConversationId> waiting(const DepartmentId& id) {
    std::set<ConversationId> ids;
    for (const auto& [since, conversation] : queues_[id].order) ids.insert(conversation);
    return ids;
  }

 private:
  std::map<DepartmentId, DepartmentQueueState> queues_;
};

TEST(DepartmentQueueDecider, FollowsAConversationThroughItsQueues) {
  Past past;
  const auto id = past.open(1, people.ventas);
  past.happen(id, ConversationTransferred{people.soporte});
  past.happen(id, ConversationClaimed{people.carla});
  past.happen(id, ConversationReleased{});
  past.happen(id, ConversationTransferred{people.ventas, people.ana});
  past.happen(id, ConversationClosed{});
  past.happen(id, ConversationReopened{});
  past.happen(id, MessageReceived{{"¿Siguen ahí?"}});
  const struct {
    DepartmentId department;
    std::uint64_t cause;
    std::optional<DequeueReason> leaves;
    std::int64_t waiting_since_ms;
  } expected[] = {
      {people.ventas, 1, {}, 1'000},  {people.ventas, 3, DequeueReason::Transferred, 0},
      {people.soporte, 3, {}, 3'000}, {people.soporte, 4, DequeueReason::Claimed, 0},
      {people.soporte, 5, {}, 5'000}, {people.soporte, 6, DequeueReason::Transferred, 0},
      {people.ventas, 8, {}, 8'000},
  };
  const auto steps = past.all_steps();
  ASSERT_EQ(steps.size(), std::size(expected));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].conversation_id, id) << i;
    EXPECT_EQ(steps[i].department_id, expected[i].department) << i;
    EXPECT_EQ(steps[i].cause, Position(expected[i].cause)) << i;
    EXPECT_EQ(steps[i].leaves, expected[i].leaves) << i;
    EXPECT_EQ(steps[i].waiting_since.unix_ms(), expected[i].waiting_since_ms) << i;
  }
}

TEST(DepartmentQueueDecider, KeepsThePlaceOfAWaitingOneThatIsTransferred) {
  Past past;
  const auto id = past.open(1, people.ventas);
  past.happen(id, ConversationTransferred{people.soporte});
  const auto steps = past.all_steps();
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[2].waiting_since.unix_ms(), 1'000);
}

TEST(DepartmentQueueDecider, AsksNothingAboutMessagesInAttendedConversations) {
  Past past;
  const auto id = past.open(1, people.ventas);
  past.happen(id, ConversationClaimed{people.ana});
  const std::size_t from = past.size();
  past.happen(id, MessageSent{people.ana, {"Diga"}});
  past.happen(id, MessageReceived{{"Pues"}});
  past.happen(id, ConversationRead{people.ana, Version(5)});
  EXPECT_THAT(past.steps(from, 3), testing::IsEmpty());
}

TEST(DepartmentQueueDecider, TellsHowLongAConversationWaitedAndWhy) {
  Past past;
  const auto id = past.open(1, people.ventas);
  past.happen(id, ConversationClaimed{people.ana});
  const auto decisions = decide(DepartmentQueueState{}, past.all_steps());
  ASSERT_EQ(decisions.size(), 2U);
  EXPECT_EQ(decisions[0].event, DepartmentQueueEvent(ConversationEnqueued{
                                    id, Instant::from_unix_ms(1'000), Position(1)}));
  EXPECT_EQ(decisions[1].event, DepartmentQueueEvent(ConversationDequeued{
                                    id, DequeueReason::Claimed, 2'000, Position(3)}));
  EXPECT_EQ(decisions[1].causation, past.all_steps()[1].cause_id);
}

TEST(DepartmentQueueDecider, DecidesNothingTheSecondTime) {
  Past past;
  const auto id = past.open(1, people.ventas);
  past.open(2, people.ventas);
  past.happen(id, ConversationClaimed{people.ana});
  past.happen(id, ConversationReleased{});
  Queues queues;
  EXPECT_EQ(queues.follow(past.all_steps()), 4U);
  EXPECT_EQ(queues.follow(past.all_steps()), 0U);
  EXPECT_EQ(queues.follow(past.steps(2, 3)), 0U);
}

// --- Random sequences ---------------------------------------------------------------------------

ConversationEvent something(std::minstd_rand& random, const ConversationFacts& facts) {
  const std::vector<DepartmentId> departments{people.ventas, people.soporte};
  const DepartmentId& department = departments[random() % 2];
  switch (random() % 6) {
    case 0:
      return ConversationClaimed{people.sofia};
    case 1:
      return ConversationTransferred{department};
    case 2:
      return ConversationTransferred{department, people.sofia};
    case 3:
      return facts.status == ConversationStatus::Closed ? ConversationEvent(ConversationReopened{})
                                                        : ConversationEvent(ConversationReleased{});
    case 4:
      return facts.status == ConversationStatus::Attending
                 ? ConversationEvent(ConversationClosed{})
                 : ConversationEvent(MessageReceived{{"Hola"}});
    default:
      return MessageReceived{{"Hola"}};
  }
}

TEST(DepartmentQueueDecider, HoldsExactlyThoseThatWaitHoweverItsStepsAreCutAndRepeated) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::minstd_rand random(seed);
    Past past;
    std::vector<ConversationId> ids;
    for (std::uint8_t i = 1; i <= 5; ++i) ids.push_back(past.open(i, people.ventas));
    for (int i = 0; i < 80; ++i) {
      const auto& id = ids[random() % ids.size()];
      past.happen(id, something(random, past.states().at(id).facts));
    }
    Queues queues;
    std::size_t from = 0;
    while (from < past.size()) {
      const std::size_t count = std::min<std::size_t>(1 + random() % 9, past.size() - from);
      queues.follow(past.steps(from, count));
      // Told again from a little before: nothing changes.
      const std::size_t back = random() % (std::min<std::size_t>(from, 5) + 1);
      EXPECT_EQ(queues.follow(past.steps(from - back, count + back)), 0U) << "seed " << seed;
      from += count;
    }
    for (const DepartmentId& department : {people.ventas, people.soporte}) {
      std::set<ConversationId> expected;
      for (const auto& [id, state] : past.states()) {
        const bool waits_here = state.facts.status == ConversationStatus::Waiting &&
                                state.facts.department_id == department;
        if (waits_here) expected.insert(id);
      }
      EXPECT_EQ(queues.waiting(department), expected) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace bitacora::actors
