// Who may see what, written out: every role × status × whether it is the viewer's department ×
// whether the viewer owns it.
#include "events/visibility.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>

#include "tests/events/sample_events.h"

namespace bitacora::events {
namespace {

const auto me = sample_id<OperatorId>(3);
const auto other = sample_id<OperatorId>(4);
const auto my_department = sample_id<DepartmentId>(5);
const auto other_department = sample_id<DepartmentId>(6);

struct Row {
  Role role;
  ConversationStatus status;
  // May see, and may know the owner, for: own department and own; own department and another's;
  // another department and own; another department and another's. A waiting one has no owner, so
  // for it "own" is not asked.
  std::string see;
  std::string know;
};

using enum ConversationStatus;

const Row table[] = {
    {Role::Operator, None, "----", "----"},        {Role::Operator, Waiting, " y -", "----"},
    {Role::Operator, Attending, "y-y-", "yy--"},   {Role::Operator, Closed, "y-y-", "----"},
    {Role::Supervisor, None, "----", "----"},      {Role::Supervisor, Waiting, " y -", "----"},
    {Role::Supervisor, Attending, "yyy-", "yy--"}, {Role::Supervisor, Closed, "yyy-", "----"},
    {Role::Auditor, None, "----", "----"},         {Role::Auditor, Waiting, " y y", "----"},
    {Role::Auditor, Attending, "yyyy", "----"},    {Role::Auditor, Closed, "yyyy", "----"},
    {Role::Admin, None, "----", "----"},           {Role::Admin, Waiting, " - -", "----"},
    {Role::Admin, Attending, "----", "----"},      {Role::Admin, Closed, "----", "----"},
};

TEST(Visibility, IsWhatTheTableSays) {
  for (const Row& row : table) {
    const Viewer viewer{me, row.role, {my_department}};
    for (std::size_t i = 0; i < 4; ++i) {
      ConversationFacts facts{row.status, i < 2 ? my_department : other_department, {}};
      const bool has_owner = row.status == Attending || row.status == Closed;
      if (has_owner) facts.owner = i % 2 == 0 ? me : other;
      const std::string where = std::string(role_name(row.role)) + ", " +
                                std::string(status_name(row.status)) + ", column " +
                                std::to_string(i);
      if (row.see[i] != ' ') {
        EXPECT_EQ(may_see(viewer, facts), row.see[i] == 'y') << where;
      }
      EXPECT_EQ(may_know_owner(viewer, facts), row.know[i] == 'y') << where;
    }
  }
}

TEST(Visibility, HasARowForEveryRoleAndStatus) {
  std::set<std::pair<Role, ConversationStatus>> rows;
  for (const Row& row : table) rows.emplace(row.role, row.status);
  EXPECT_EQ(rows.size(), 16u);
}

TEST(Visibility, OfSeveralDepartmentsIsThatOfEach) {
  const Viewer viewer{me, Role::Operator, {my_department, other_department}};
  EXPECT_TRUE(may_see(viewer, {Waiting, my_department, {}}));
  EXPECT_TRUE(may_see(viewer, {Waiting, other_department, {}}));
  EXPECT_FALSE(may_see({me, Role::Operator, {}}, {Waiting, my_department, {}}));
}

TEST(Visibility, LetsOperatorsAndSupervisorsAttend) {
  const std::map<Role, bool> expected{{Role::Operator, true},
                                      {Role::Supervisor, true},
                                      {Role::Auditor, false},
                                      {Role::Admin, false}};
  for (const auto& [role, may] : expected) {
    EXPECT_EQ(may_attend({me, role, {my_department}}), may) << role_name(role);
    EXPECT_EQ(parse_role(role_name(role)), role);
  }
  EXPECT_EQ(parse_role("king"), std::nullopt);
  EXPECT_EQ(parse_role(""), std::nullopt);
}

TEST(Visibility, StrandsWhatIsAttendedByAnAccountThatMayNotAttend) {
  const struct {
    Role role;
    bool active;
    bool strands;
  } rows[] = {{Role::Operator, true, false}, {Role::Supervisor, true, false},
              {Role::Auditor, true, true},   {Role::Admin, true, true},
              {Role::Operator, false, true}, {Role::Supervisor, false, true}};
  for (const auto& row : rows) {
    const Operator account{me, "yo", "Yo", row.role, {}, row.active, Position()};
    DirectoryState directory;
    directory.operators[me] = account;
    const std::string where =
        std::string(role_name(row.role)) + (row.active ? ", active" : ", deactivated");
    EXPECT_EQ(may_attend(account), !row.strands) << where;
    EXPECT_EQ(is_stranded({Attending, my_department, me}, directory), row.strands) << where;
    EXPECT_FALSE(is_stranded({Closed, my_department, me}, directory)) << where;
    EXPECT_FALSE(is_stranded({Waiting, my_department, {}}, directory)) << where;
  }
}

TEST(Visibility, SaysWhoUsesAndWhoKeepsQuickReplies) {
  QuickReply of_my_department;
  of_my_department.department_id = my_department;
  QuickReply of_other_department;
  of_other_department.department_id = other_department;
  const QuickReply for_all;
  const struct {
    Role role;
    // For all, of the viewer's department, of another.
    std::string use;
    std::string keep;
  } rows[] = {{Role::Operator, "yy-", "---"},
              {Role::Supervisor, "yyy", "yy-"},
              {Role::Auditor, "yyy", "---"},
              {Role::Admin, "yyy", "yyy"}};
  for (const auto& row : rows) {
    const Viewer viewer{me, row.role, {my_department}};
    std::string use;
    std::string keep;
    for (const QuickReply& reply : {for_all, of_my_department, of_other_department}) {
      use += may_use(viewer, reply) ? 'y' : '-';
      keep += may_keep_quick_replies(viewer, reply.department_id) ? 'y' : '-';
    }
    EXPECT_EQ(use, row.use) << role_name(row.role);
    EXPECT_EQ(keep, row.keep) << role_name(row.role);
  }
}

}  // namespace
}  // namespace bitacora::events
