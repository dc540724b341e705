#include "tools/demo.h"

#include "tests/tools/service_fixture.h"

namespace bitacora::tools_test {
namespace {

using Demo = ServiceTest;

TEST_F(Demo, HasItsDepartmentsAccountsAndQuickReplies) {
  wait_for_views();
  const auto directory = service_->projector().directory();
  const struct {
    std::string username;
    events::Role role;
    std::vector<std::string> departments;
  } accounts[] = {
      {"ana", events::Role::Operator, {"ventas"}},
      {"bruno", events::Role::Operator, {"ventas"}},
      {"carla", events::Role::Operator, {"soporte"}},
      {"sofia", events::Role::Supervisor, {"ventas", "soporte"}},
      {"aldo", events::Role::Auditor, {}},
      {"admin", events::Role::Admin, {}},
  };
  EXPECT_EQ(directory->operators.size(), std::size(accounts));
  for (const auto& [username, role, departments] : accounts) {
    const auto* account = directory->operator_by_username(username);
    ASSERT_NE(account, nullptr) << username;
    EXPECT_EQ(account->role, role) << username;
    EXPECT_EQ(account->departments.size(), departments.size()) << username;
    for (const auto& slug : departments) {
      const auto* department = directory->department_by_slug(slug);
      ASSERT_NE(department, nullptr) << slug;
      EXPECT_TRUE(account->departments.contains(department->id)) << username << " " << slug;
    }
    EXPECT_TRUE(service_->secrets().check_password(account->id, tools::demo_password)) << username;
  }
  EXPECT_EQ(directory->quick_replies.size(), 10U);
}

TEST_F(Demo, AddsNothingAtARestart) {
  const auto before = service_->log().last_position();
  reopen();
  ASSERT_TRUE(tools::add_demo(*service_));
  EXPECT_EQ(service_->log().last_position(), before);
}

TEST_F(Demo, LeavesAPasswordThatWasChangedAsItIs) {
  const auto ana = service_->projector().directory()->operator_by_username("ana")->id;
  ASSERT_TRUE(service_->secrets().set_password(ana, "otra clave"));
  reopen();
  ASSERT_TRUE(tools::add_demo(*service_));
  EXPECT_TRUE(service_->secrets().check_password(ana, "otra clave"));
}

}  // namespace
}  // namespace bitacora::tools_test
