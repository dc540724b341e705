// Accounts and departments are kept alike in a folder and through a server.

#include "tools/accounts.h"

#include "tests/tools/service_fixture.h"

namespace bitacora::tools_test {
namespace {

enum class Way { Folder, Server };

class AccountsTest : public ServiceTest, public testing::WithParamInterface<Way> {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    wait_for_views();
    if (GetParam() == Way::Folder) {
      accounts_ = tools::accounts_of_service(*service_);
    } else {
      accounts_ = tools::accounts_of_server(
          value_of(tools::ServerSession::sign_in({serve(), "admin", "demo"})));
    }
  }

  // As the product has it once the views have everything.
  std::optional<events::Operator> account(std::string_view username) {
    wait_for_views();
    const auto* found = service_->projector().directory()->operator_by_username(username);
    return found == nullptr ? std::nullopt : std::optional(*found);
  }

  std::unique_ptr<tools::Accounts> accounts_{};
};

TEST_P(AccountsTest, ListsEverybody) {
  const auto rows = value_of(accounts_->accounts());
  ASSERT_EQ(rows.size(), 6U);
  const auto sofia = std::find_if(rows.begin(), rows.end(),
                                  [](const auto& row) { return row.username == "sofia"; });
  ASSERT_NE(sofia, rows.end());
  EXPECT_EQ(sofia->role, "supervisor");
  EXPECT_EQ(sofia->departments.size(), 2U);
  EXPECT_TRUE(sofia->active);
  EXPECT_EQ(value_of(accounts_->departments()).size(), 2U);
}

TEST_F(ServiceTest, AnOperatorIsNotShownTheAccounts) {
  wait_for_views();
  const auto accounts =
      tools::accounts_of_server(value_of(tools::ServerSession::sign_in({serve(), "ana", "demo"})));
  EXPECT_EQ(accounts->accounts().error().code, events::ErrorCode::Forbidden);
}

TEST_P(AccountsTest, AddsAnAccountThatCanSignIn) {
  ASSERT_TRUE(accounts_->add({"dora", "Dora Paz", "operator", {"soporte"}, "clave de dora"}));
  const auto dora = account("dora");
  ASSERT_TRUE(dora);
  EXPECT_EQ(dora->name, "Dora Paz");
  EXPECT_EQ(dora->departments.size(), 1U);
  EXPECT_TRUE(service_->secrets().check_password(dora->id, "clave de dora"));
}

TEST_P(AccountsTest, ChangesOnlyWhatIsGiven) {
  ASSERT_TRUE(accounts_->change("bruno", {.role = "supervisor"}));
  ASSERT_TRUE(accounts_->change("ana", {.departments = std::vector<std::string>{"soporte"}}));
  const auto bruno = account("bruno");
  EXPECT_EQ(bruno->role, events::Role::Supervisor);
  EXPECT_EQ(bruno->name, "Bruno Díaz");
  EXPECT_EQ(bruno->departments.size(), 1U);
  const auto soporte = service_->projector().directory()->department_by_slug("soporte")->id;
  EXPECT_EQ(account("ana")->departments, std::set<events::DepartmentId>{soporte});
}

TEST_P(AccountsTest, SetsAPassword) {
  ASSERT_TRUE(accounts_->set_password("ana", "otra clave"));
  const auto ana = account("ana");
  EXPECT_TRUE(service_->secrets().check_password(ana->id, "otra clave"));
  EXPECT_FALSE(service_->secrets().check_password(ana->id, "demo"));
}

TEST_P(AccountsTest, DeactivatesAndEndsTheSessions) {
  const auto ana = account("ana")->id;
  const auto opened = value_of(service_->secrets().open_session(ana, service_->clock().now()));
  ASSERT_TRUE(accounts_->deactivate("ana"));
  EXPECT_FALSE(account("ana")->active);
  EXPECT_FALSE(service_->secrets().find_session(opened.token, service_->clock().now()));
}

TEST_P(AccountsTest, AddsAndRenamesADepartment) {
  ASSERT_TRUE(accounts_->add_department("compras", "Compras"));
  wait_for_views();
  ASSERT_TRUE(accounts_->change_department("compras", {.name = "Compras y más"}));
  wait_for_views();
  const auto* compras = service_->projector().directory()->department_by_slug("compras");
  ASSERT_NE(compras, nullptr);
  EXPECT_EQ(compras->name, "Compras y más");
}

TEST_P(AccountsTest, SaysWhichSitesMayShowADepartmentsChat) {
  const auto origins = [this] {
    wait_for_views();
    return service_->projector().directory()->department_by_slug("ventas")->allowed_origins;
  };
  const std::vector<std::string> sites{"https://tienda.example", "http://127.0.0.1:8000"};
  ASSERT_TRUE(accounts_->change_department("ventas", {.allowed_origins = sites}));
  EXPECT_EQ(origins(), std::set<std::string>(sites.begin(), sites.end()));
  ASSERT_TRUE(accounts_->change_department("ventas", {.name = "Ventas y más"}));
  EXPECT_EQ(origins().size(), 2U);
  EXPECT_FALSE(accounts_->change_department("ventas", {.allowed_origins = {{"tienda.example/"}}}));
  ASSERT_TRUE(accounts_->change_department("ventas", {.allowed_origins = {{}}}));
  EXPECT_TRUE(origins().empty());
}

TEST_P(AccountsTest, RefusesWhatIsNotThereOrOutOfBounds) {
  EXPECT_FALSE(accounts_->change("nadie", {.name = "Nadie"}));
  EXPECT_FALSE(accounts_->deactivate("nadie"));
  EXPECT_FALSE(accounts_->set_password("nadie", "clave"));
  EXPECT_FALSE(accounts_->change_department("compras", {.name = "Compras"}));
  EXPECT_FALSE(accounts_->add({"ana", "Otra Ana", "operator", {"ventas"}, "clave"}));
  EXPECT_FALSE(accounts_->add({"eva", "Eva", "operator", {"compras"}, "clave"}));
  EXPECT_FALSE(accounts_->add({"eva", "Eva", "jefa", {"ventas"}, "clave"}));
  EXPECT_FALSE(accounts_->add({"eva", "Eva", "operator", {"ventas"}, "x"}));
  EXPECT_FALSE(account("eva")) << "an account is not added without its password";
}

INSTANTIATE_TEST_SUITE_P(Ways, AccountsTest, testing::Values(Way::Folder, Way::Server),
                         [](const auto& way) {
                           return way.param == Way::Folder ? "Folder" : "Server";
                         });

}  // namespace
}  // namespace bitacora::tools_test
