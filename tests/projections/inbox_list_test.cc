// The lists of the inbox: their order, who sees what, and paging.
#include <gtest/gtest.h>

#include <algorithm>

#include "projections/inbox.h"
#include "tests/projections/fixture.h"

namespace bitacora::projections {
namespace {

using events::ConversationId;
using events::ConversationState;
using events::ConversationStatus;
using events::DepartmentId;
using events::Role;
using events::Viewer;

std::vector<ConversationId> ids(const std::vector<ConversationRow>& rows) {
  std::vector<ConversationId> found;
  for (const ConversationRow& row : rows) found.push_back(row.id);
  return found;
}

ConversationStatus status_of(Tab tab) {
  return tab == Tab::Waiting     ? ConversationStatus::Waiting
         : tab == Tab::Attending ? ConversationStatus::Attending
                                 : ConversationStatus::Closed;
}

// What a list must be, by looking at every conversation: whatever the viewer may see under the tab.
std::vector<ConversationId> expected_list(const History& history, const Viewer& viewer,
                                          const InboxQuery& query) {
  std::vector<std::pair<std::int64_t, ConversationId>> ordered;
  for (const auto& [id, state] : history.states) {
    const bool waiting = query.tab == Tab::Waiting;
    if (state.facts.status != status_of(query.tab) || !may_see(viewer, state.facts)) continue;
    if (query.department_id && state.facts.department_id != *query.department_id) continue;
    if (query.owner_me && !waiting && state.facts.owner != viewer.id) continue;
    ordered.emplace_back(
        waiting ? state.waiting_since->unix_ms() : -state.last_message_at.unix_ms(), id);
  }
  std::ranges::sort(ordered);
  std::vector<ConversationId> expected;
  for (const auto& [order, id] : ordered) expected.push_back(id);
  return expected;
}

class InboxList : public testing::Test {
 protected:
  void apply() {
    const std::span all(history.events);
    apply_batch(projection, *store, all.subspan(store->checkpoint().value()));
  }
  [[nodiscard]] InboxPage page(const Viewer& viewer, const InboxQuery& query) const {
    return list_conversations(*store->read(), viewer, history.directory, query).value();
  }
  // Every page, and the rules that all pages keep.
  [[nodiscard]] std::vector<ConversationId> list(const Viewer& viewer, InboxQuery query) const {
    std::vector<ConversationId> all;
    for (int pages = 0; pages < 10'000; ++pages) {
      const InboxPage got = page(viewer, query);
      EXPECT_EQ(got.position, history.position());
      for (const ConversationRow& row : got.items) {
        EXPECT_EQ(row.state, history.states.at(row.id));
        EXPECT_TRUE(may_see(viewer, row.state.facts));
        all.push_back(row.id);
      }
      if (got.next_cursor.empty()) return all;
      EXPECT_EQ(got.items.size(), query.limit) << "only the last page may be short";
      query.cursor = got.next_cursor;
    }
    ADD_FAILURE() << "the list has no end";
    return all;
  }

  History history{42};
  TemporaryFolder folder;
  std::unique_ptr<ViewStore> store = open_view_store(folder.path(), "inbox", 1).value();
  InboxProjection projection;
  DepartmentId ventas = history.departments[0];
  DepartmentId soporte = history.departments[1];
};

TEST_F(InboxList, HoldsWhatEachViewerMaySeeInOrderWhateverHappened) {
  for (int i = 0; i < 3000; ++i) history.happen();
  apply();
  int rows_seen = 0;
  for (const Role role : {Role::Operator, Role::Supervisor, Role::Auditor, Role::Admin}) {
    for (const std::set<DepartmentId>& departments :
         std::vector<std::set<DepartmentId>>{{}, {ventas}, {soporte}, {ventas, soporte}}) {
      const Viewer viewer{history.operators[0], role, departments};
      for (const Tab tab : {Tab::Waiting, Tab::Attending, Tab::Closed}) {
        for (const bool owner_me : {false, true}) {
          for (const std::optional<DepartmentId>& department :
               std::vector<std::optional<DepartmentId>>{std::nullopt, ventas, soporte}) {
            const InboxQuery query{tab, department, owner_me, 7, {}};
            const auto expected = expected_list(history, viewer, query);
            rows_seen += static_cast<int>(expected.size());
            EXPECT_EQ(list(viewer, query), expected)
                << role_name(role) << " of " << departments.size() << " departments, tab "
                << static_cast<int>(tab) << (owner_me ? ", own" : "") << ", department "
                << (department ? department->to_string() : "any");
          }
        }
      }
    }
  }
  EXPECT_GT(rows_seen, 1000) << "the history must fill the lists";
}

TEST_F(InboxList, KeepsAnOwnersConversationsOfADepartmentThatTheyLeft) {
  const auto ana = history.operators[0];
  const auto theirs = history.open(soporte);
  history.claim(theirs, ana);
  apply();
  const Viewer now{ana, Role::Supervisor, {ventas}};
  EXPECT_EQ(list(now, {Tab::Attending}), std::vector{theirs});
  EXPECT_EQ(count_conversations(*store->read(), now, history.directory), (InboxCounts{0, 1}));
}

TEST_F(InboxList, PromisesNoEmptyLastPage) {
  for (int i = 0; i < 6; ++i) history.open(ventas);
  apply();
  const Viewer viewer{history.operators[0], Role::Operator, {ventas}};
  for (const auto& [limit, pages] : std::vector<std::pair<std::size_t, std::size_t>>{
           {1, 6}, {2, 3}, {3, 2}, {4, 2}, {5, 2}, {6, 1}, {7, 1}}) {
    InboxQuery query{Tab::Waiting, std::nullopt, false, limit, {}};
    std::size_t count = 0;
    do {
      const InboxPage got = page(viewer, query);
      EXPECT_FALSE(got.items.empty()) << "limit " << limit;
      query.cursor = got.next_cursor;
      ++count;
    } while (!query.cursor.empty() && count < 100);
    EXPECT_EQ(count, pages) << "limit " << limit;
  }
}

TEST_F(InboxList, GoesOnWhereAPageEndedWhileRowsMove) {
  std::vector<ConversationId> opened;
  for (int i = 0; i < 9; ++i) {
    history.pass_ms(10);
    opened.push_back(history.open(ventas));
  }
  apply();
  const Viewer viewer{history.operators[0], Role::Operator, {ventas}};
  InboxQuery query{Tab::Waiting, std::nullopt, false, 3, {}};
  const InboxPage first = page(viewer, query);
  EXPECT_EQ(ids(first.items), (std::vector{opened[0], opened[1], opened[2]}));
  // The last row of the page, one before it and one after it leave; new ones come at the end.
  for (const int gone : {1, 2, 4})
    history.claim(opened[static_cast<std::size_t>(gone)], history.operators[1]);
  history.pass_ms(10);
  const auto late = history.open(ventas);
  apply();
  query.cursor = first.next_cursor;
  const InboxPage second = page(viewer, query);
  EXPECT_EQ(ids(second.items), (std::vector{opened[3], opened[5], opened[6]}));
  query.cursor = second.next_cursor;
  const InboxPage third = page(viewer, query);
  EXPECT_EQ(ids(third.items), (std::vector{opened[7], opened[8], late}));
  EXPECT_EQ(third.next_cursor, "");
}

TEST_F(InboxList, ShowsARowThatMovedToTheFrontNoSecondTime) {
  std::vector<ConversationId> attended;
  for (int i = 0; i < 6; ++i) {
    history.pass_ms(10);
    attended.push_back(history.open(ventas));
    history.claim(attended.back(), history.operators[0]);
  }
  apply();
  const Viewer viewer{history.operators[0], Role::Operator, {ventas}};
  InboxQuery query{Tab::Attending, std::nullopt, false, 2, {}};
  const InboxPage first = page(viewer, query);
  EXPECT_EQ(ids(first.items), (std::vector{attended[5], attended[4]}));
  history.pass_ms(10);
  history.receive(attended[4]);
  apply();
  query.cursor = first.next_cursor;
  EXPECT_EQ(ids(page(viewer, query).items), (std::vector{attended[3], attended[2]}));
  query.cursor = "";
  EXPECT_EQ(ids(page(viewer, query).items), (std::vector{attended[4], attended[5]}));
}

TEST_F(InboxList, FindsTheFirstThatWaitsAfterTheHeadLeftOrAnEarlierCame) {
  std::vector<ConversationId> opened;
  for (int i = 0; i < 4; ++i) {
    history.pass_ms(10);
    opened.push_back(history.open(i == 0 ? soporte : ventas));
  }
  apply();
  const Viewer viewer{history.operators[0], Role::Operator, {ventas}};
  EXPECT_EQ(list(viewer, {Tab::Waiting}), (std::vector{opened[1], opened[2], opened[3]}));
  history.claim(opened[1], history.operators[0]);
  apply();
  EXPECT_EQ(list(viewer, {Tab::Waiting}), (std::vector{opened[2], opened[3]}));
  // It has waited longer than all, in another department.
  history.add(opened[0], events::ConversationTransferred{ventas});
  history.claim(opened[2], history.operators[0]);
  apply();
  EXPECT_EQ(list(viewer, {Tab::Waiting}), (std::vector{opened[0], opened[3]}));
  for (const int gone : {0, 3})
    history.claim(opened[static_cast<std::size_t>(gone)], history.operators[0]);
  apply();
  EXPECT_EQ(list(viewer, {Tab::Waiting}), std::vector<ConversationId>{});
  const auto again = history.open(ventas);
  apply();
  EXPECT_EQ(list(viewer, {Tab::Waiting}), std::vector{again});
}

TEST_F(InboxList, RefusesACursorThatIsNoneOrOfAnotherQuery) {
  for (int i = 0; i < 3; ++i) history.open(ventas);
  apply();
  const Viewer viewer{history.operators[0], Role::Supervisor, {ventas}};
  const InboxQuery query{Tab::Waiting, std::nullopt, false, 1, {}};
  const std::string cursor = page(viewer, query).next_cursor;
  ASSERT_FALSE(cursor.empty());
  EXPECT_EQ(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-_"),
            std::string::npos)
      << cursor;
  const std::vector<std::pair<const char*, InboxQuery>> refused = {
      {"another tab", {Tab::Closed, std::nullopt, false, 1, cursor}},
      {"a department", {Tab::Waiting, ventas, false, 1, cursor}},
      {"own", {Tab::Waiting, std::nullopt, true, 1, cursor}},
      {"cut short", {Tab::Waiting, std::nullopt, false, 1, cursor.substr(1)}},
      {"longer", {Tab::Waiting, std::nullopt, false, 1, cursor + "AAAA"}},
      {"no base64url", {Tab::Waiting, std::nullopt, false, 1, "¿?"}},
      {"huge", {Tab::Waiting, std::nullopt, false, 1, std::string(100'000, 'A')}},
  };
  for (const auto& [what, bad] : refused) {
    const auto got = list_conversations(*store->read(), viewer, history.directory, bad);
    ASSERT_FALSE(got) << what;
    EXPECT_EQ(got.error().code, events::ErrorCode::Invalid) << what;
  }
}

TEST_F(InboxList, CountsAsManyAsTheTabsHold) {
  for (int i = 0; i < 2000; ++i) {
    history.happen();
    if (i % 50 != 0) continue;
    apply();
    for (const Role role : {Role::Operator, Role::Supervisor, Role::Auditor, Role::Admin}) {
      for (const auto& id : history.operators) {
        const Viewer viewer{id, role, {ventas}};
        const InboxCounts expected{expected_list(history, viewer, {Tab::Waiting}).size(),
                                   expected_list(history, viewer, {Tab::Attending}).size()};
        EXPECT_EQ(count_conversations(*store->read(), viewer, history.directory), expected)
            << role_name(role) << " after " << history.position().value() << " events";
      }
    }
  }
}

}  // namespace
}  // namespace bitacora::projections
