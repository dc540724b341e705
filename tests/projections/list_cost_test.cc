// What a list or a resume costs, in rows that the database walks over: nothing that grows with the
// view.
#include <gtest/gtest.h>
#include <rocksdb/perf_context.h>
#include <rocksdb/perf_level.h>

#include "projections/inbox.h"
#include "tests/projections/fixture.h"

namespace bitacora::projections {
namespace {

using events::Role;
using events::Viewer;

// Steps of iterators over rows and erased rows, and point reads, of one call.
template <class Call>
std::uint64_t rows_walked(const ViewStore& store, const Call& call) {
  const auto rows = store.read();
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableCount);
  rocksdb::get_perf_context()->Reset();
  call(*rows);
  const rocksdb::PerfContext& counted = *rocksdb::get_perf_context();
  const auto walked = counted.internal_key_skipped_count + counted.internal_delete_skipped_count +
                      counted.next_on_memtable_count + counted.get_from_memtable_count +
                      counted.seek_on_memtable_count;
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
  return walked;
}

class ListCost : public testing::Test {
 protected:
  void apply() {
    const std::span all(history.events);
    apply_batch(projection, *store, all.subspan(store->checkpoint().value()));
  }

  [[nodiscard]] std::uint64_t of_list(const Viewer& viewer, Tab tab) const {
    return rows_walked(*store, [&](const ViewReader& rows) {
      const auto page =
          list_conversations(rows, viewer, history.directory, {tab, std::nullopt, false, 5, {}});
      EXPECT_EQ(page.value().items.size(), 5U);
    });
  }

  History history{21};
  TemporaryFolder folder;
  std::unique_ptr<ViewStore> store = open_view_store(folder.path(), "inbox", 1).value();
  InboxProjection projection;
  Viewer ana{history.operators[0], Role::Operator, {history.departments[0]}};
  Viewer sofia{
      history.operators[3], Role::Supervisor, {history.departments[0], history.departments[1]}};
};

TEST_F(ListCost, IsTheSameForTenConversationsAndForThousands) {
  const auto fill = [&](int count) {
    for (int i = 0; i < count; ++i) {
      history.pass_ms(1);
      history.open(history.departments[history.pick(2)]);
      history.claim(history.open(history.departments[0]), ana.id);
    }
    apply();
  };
  fill(12);
  const auto waiting = of_list(sofia, Tab::Waiting);
  const auto attending = of_list(ana, Tab::Attending);
  const auto seen = of_list(sofia, Tab::Attending);
  EXPECT_GT(waiting, 5U);
  fill(3000);
  EXPECT_LE(of_list(sofia, Tab::Waiting), waiting + 2);
  EXPECT_LE(of_list(ana, Tab::Attending), attending + 2);
  EXPECT_LE(of_list(sofia, Tab::Attending), seen + 2);
}

TEST_F(ListCost, OfEsperaDoesNotGrowWithThoseThatWereClaimed) {
  for (int i = 0; i < 10; ++i) history.open(history.departments[0]);
  apply();
  const auto before = of_list(ana, Tab::Waiting);
  for (int i = 0; i < 2000; ++i) {
    history.pass_ms(1);
    const auto id = history.open(history.departments[0]);
    if (i < 1990) history.claim(id, ana.id);
    // Each in a batch of its own: the row was stored before it is erased.
    if (i % 2 == 0) apply();
  }
  // All that waited from the start are claimed: thousands of erased rows stand before the first.
  const auto states = history.states;
  for (const auto& [id, state] : states) {
    const bool early = state.opened_at.unix_ms() < 1'790'000'000'000 + 1990;
    if (early && state.facts.status == events::ConversationStatus::Waiting) {
      history.claim(id, ana.id);
    }
  }
  apply();
  EXPECT_LE(of_list(ana, Tab::Waiting), before + 2);
}

TEST_F(ListCost, OfAttendingDoesNotGrowWithTheMessagesWritten) {
  std::vector<events::ConversationId> attended;
  for (int i = 0; i < 5; ++i) {
    attended.push_back(history.open(history.departments[0]));
    history.claim(attended.back(), ana.id);
  }
  apply();
  const auto before = of_list(ana, Tab::Attending);
  for (int i = 0; i < 5000; ++i) {
    history.pass_ms(1);
    history.receive(attended[static_cast<std::size_t>(i) % attended.size()]);
    apply();
  }
  EXPECT_LE(of_list(ana, Tab::Attending), before + 15);
}

TEST_F(ListCost, OfCountingIsTheSameHoweverManyThereAre) {
  const auto of_counting = [&] {
    return rows_walked(*store, [&](const ViewReader& rows) {
      EXPECT_GT(count_conversations(rows, sofia, history.directory).waiting, 0U);
    });
  };
  const auto fill = [&](int count) {
    for (int i = 0; i < count; ++i) {
      for (const auto& department_id : history.departments) history.open(department_id);
      for (const auto& owner : history.operators) {
        history.claim(history.open(history.departments[0]), owner);
      }
    }
    apply();
  };
  fill(1);
  const auto before = of_counting();
  fill(1000);
  EXPECT_LE(of_counting(), before + 2);
}

TEST(ResumeCost, IsTheSameFromTheBeginningOfALongConversationAndFromItsEnd) {
  History history(21);
  TemporaryFolder folder;
  const auto store = open_view_store(folder.path(), "transcript", 1).value();
  TranscriptProjection projection;
  const auto id = history.open(history.departments[0]);
  constexpr std::size_t messages = 4'000;
  for (std::size_t i = 0; i < messages; ++i) history.receive(id);
  apply_batch(projection, *store, history.events);
  const std::uint64_t last = history.position().value();
  for (const std::size_t behind : {messages, messages / 2, std::size_t{10}}) {
    const auto walked = rows_walked(*store, [&](const ViewReader& rows) {
      const auto told =
          messages_between(rows, id, events::Position(last - behind), history.position(), 10);
      EXPECT_EQ(told.size(), 10U);
    });
    EXPECT_LE(walked, 60U) << behind << " messages behind";
  }
}

}  // namespace
}  // namespace bitacora::projections
