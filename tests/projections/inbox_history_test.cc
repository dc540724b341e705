// One conversation's row, its facts at any position, and what was touched since.
#include <gtest/gtest.h>

#include <algorithm>

#include "projections/inbox.h"
#include "tests/projections/fixture.h"

namespace bitacora::projections {
namespace {

using events::ConversationFacts;
using events::ConversationId;
using events::ConversationStatus;
using events::Position;

class InboxHistory : public testing::Test {
 protected:
  void apply() {
    const std::span all(history.events);
    apply_batch(projection, *store, all.subspan(store->checkpoint().value()));
  }
  History history{7};
  TemporaryFolder folder;
  std::unique_ptr<ViewStore> store = open_view_store(folder.path(), "inbox", 1).value();
  InboxProjection projection;
};

TEST_F(InboxHistory, FindsAConversationAsItIs) {
  const auto id = history.open(history.departments[0]);
  history.receive(id, "Hola");
  apply();
  const auto rows = store->read();
  EXPECT_EQ(find_conversation(*rows, id), history.states.at(id));
  EXPECT_EQ(find_conversation(*rows, ConversationId(history.uuid())), std::nullopt);
}

TEST_F(InboxHistory, TellsTheFactsOfEveryPositionWhateverTheBatches) {
  std::map<ConversationId, std::vector<ConversationFacts>> facts;  // one for each position
  for (int i = 0; i < 400; ++i) {
    history.happen();
    if (history.pick(5) == 0) apply();
  }
  apply();
  std::map<ConversationId, events::ConversationState> states;
  const auto rows = store->read();
  for (const auto& event : history.events) {
    if (const auto* happened = std::get_if<events::ConversationEvent>(&event->event)) {
      auto& state = states[ConversationId(event->header.stream.id)];
      state = evolve(std::move(state), *happened, event->place());
    }
    for (const auto& [id, final_state] : history.states) {
      const auto then = states.find(id);
      const auto expected = then == states.end() ? ConversationFacts{} : then->second.facts;
      ASSERT_EQ(facts_at(*rows, id, event->header.position), expected)
          << id.to_string() << " at " << event->header.position.value();
    }
  }
}

TEST_F(InboxHistory, KeepsARowOfFactsOnlyWhereTheyChanged) {
  const auto id = history.open(history.departments[0]);
  for (int i = 0; i < 10; ++i) history.receive(id);
  history.claim(id, history.operators[0]);
  for (int i = 0; i < 10; ++i) history.send(id);
  apply();
  const auto rows = all_rows(*store->read());
  EXPECT_EQ(std::ranges::count(rows, 'h', [](const auto& row) { return row.first.front(); }), 2);
}

TEST_F(InboxHistory, KnowsNothingOfAConversationBeforeItWasOpened) {
  const auto id = history.open(history.departments[0]);
  apply();
  const auto rows = store->read();
  const Position opened = history.position();
  EXPECT_EQ(facts_at(*rows, id, Position(opened.value() - 1)).status, ConversationStatus::None);
  EXPECT_EQ(facts_at(*rows, id, Position(0)).status, ConversationStatus::None);
  EXPECT_EQ(facts_at(*rows, id, opened).status, ConversationStatus::Waiting);
  EXPECT_EQ(facts_at(*rows, id, Position(~std::uint64_t{0})).status, ConversationStatus::Waiting);
}

TEST_F(InboxHistory, NamesWhatWasTouchedSinceInTheOrderOfTheLastEvents) {
  for (int i = 0; i < 600; ++i) {
    history.happen();
    if (history.pick(9) == 0) apply();
  }
  apply();
  std::vector<std::pair<Position, ConversationId>> last_events;
  for (const auto& [id, state] : history.states) last_events.emplace_back(state.position, id);
  std::ranges::sort(last_events);
  const auto rows = store->read();
  for (std::uint64_t after = 0; after <= history.position().value(); after += 13) {
    std::vector<ConversationId> expected;
    for (const auto& [position, id] : last_events) {
      if (position.value() > after) expected.push_back(id);
    }
    EXPECT_EQ(touched_after(*rows, Position(after), 10'000), expected) << "after " << after;
    expected.resize(std::min<std::size_t>(expected.size(), 3));
    EXPECT_EQ(touched_after(*rows, Position(after), 3), expected) << "after " << after;
  }
  EXPECT_TRUE(touched_after(*rows, history.position(), 10).empty());
  EXPECT_TRUE(touched_after(*rows, Position(0), 0).empty());
}

TEST_F(InboxHistory, TellsWhatABatchChanged) {
  const auto old = history.open(history.departments[0]);
  history.receive(old);
  const auto untouched = history.open(history.departments[0]);
  apply();
  const ConversationFacts before = history.states.at(old).facts;
  const auto fresh = history.open(history.departments[1]);
  history.claim(old, history.operators[0]);
  history.close(old);
  apply();
  const auto changes = projection.changes();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].id, fresh);
  EXPECT_EQ(changes[0].before, ConversationFacts{});
  EXPECT_EQ(*changes[0].after, history.states.at(fresh));
  EXPECT_EQ(changes[1].id, old);
  EXPECT_EQ(changes[1].before, before);
  EXPECT_EQ(*changes[1].after, history.states.at(old));
  EXPECT_NE(changes[0].id, untouched);
}

}  // namespace
}  // namespace bitacora::projections
