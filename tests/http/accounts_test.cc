// Accounts and departments as they are changed: rules C6, V2 and M7.

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "events/limits.h"
#include "tests/http/server_rig.h"

namespace bitacora::http {

namespace {

class AccountsTest : public testing::Test {
 protected:
  std::string path_of(const std::string& username) {
    return "/api/v1/operators/" + rig.viewer(username).id.to_string();
  }

  // Another administrator, besides admin.
  void add_admin(const std::string& username) {
    const auto added =
        rig.change_directory(actors::AddOperator{username, username, events::Role::Admin, {}});
    ASSERT_TRUE(added.has_value()) << added.error().detail;
  }

  ServerRig rig;
};

json::object account(const std::string& name, const std::string& role,
                     const json::array& departments = {}) {
  return {{"name", name}, {"role", role}, {"departments", departments}};
}

// The views follow a moment later; whoever asks next is not judged by them.
TEST_F(AccountsTest, AreWhatTheyWereMadeFromTheAnswerOn) {
  add_admin("adela");
  const std::string bruno_path = path_of("bruno");
  const std::string adela_path = path_of("adela");
  RigClient admin = rig.client("admin");
  RigClient bruno = rig.client("bruno");
  RigClient adela = rig.client("adela");
  for (int round = 0; round < 60; ++round) {
    const std::string id = rig.waiting_conversation();
    ASSERT_EQ(admin.put(bruno_path, account("Bruno", "operator", {"soporte"})).status, 200U);
    ASSERT_EQ(bruno.post(conversation_path(id, "claim")).status, 404U) << round;
    ASSERT_EQ(admin.put(bruno_path, account("Bruno", "operator", {"ventas"})).status, 200U);
    ASSERT_EQ(bruno.post(conversation_path(id, "claim")).status, 200U) << round;

    ASSERT_EQ(admin.put(adela_path, account("Adela", "operator")).status, 200U);
    ASSERT_EQ(adela.put(adela_path, account("Adela", "admin")).status, 403U) << round;
    ASSERT_EQ(admin.put(adela_path, account("Adela", "admin")).status, 200U);
  }
}

TEST_F(AccountsTest, ADepartmentIsThereForEverybodyOnceItWasAdded) {
  const std::string bruno_path = path_of("bruno");
  RigClient admin = rig.client("admin");
  RigClient visitor = rig.anybody();
  for (int round = 0; round < 60; ++round) {
    const std::string slug = "nuevo-" + std::to_string(round);
    ASSERT_EQ(admin.post("/api/v1/departments", {{"slug", slug}, {"name", "Nuevo"}}).status, 201U);
    if (round % 2 == 0) {
      const json::object who{{"name", "Núñez"}, {"department", slug}};
      ASSERT_EQ(visitor.post("/api/v1/webchat/visitors", who).status, 201U) << round;
    } else {
      ASSERT_EQ(admin.put(bruno_path, account("Bruno", "operator", {slug})).status, 200U) << round;
    }
  }
}

// F11: the views do not have it yet, which is no reason to sign in again.
TEST_F(AccountsTest, ANewOnesSocketIsToldToTryAgain) {
  std::promise<events::Result<actors::DirectoryOutcome>> added;
  auto held = rig.hold_views();
  rig.runtime().ask(events::Who::system(), std::nullopt,
                    actors::AddOperator{"nueva", "Nueva", events::Role::Admin, {}},
                    [&](const auto& outcome) { added.set_value(outcome); });
  const events::OperatorId id(added.get_future().get().value().subject);
  const auto token = rig.secrets().open_session(id, events::SystemClock().now()).value().token;
  RigSocket socket(rig.port(), "/api/v1/ws", {{"Authorization", "Bearer " + token}});
  ASSERT_EQ(socket.refused_with(), 0U);
  EXPECT_TRUE(socket.next().is_null());
  EXPECT_EQ(socket.close_code(), 1013U);
  held.unlock();
  rig.wait_for_views();
  rig.live_with(token);
}

TEST_F(AccountsTest, OfTwoAdminsWhoDeactivateEachOtherOneStays) {
  for (int round = 0; round < 10; ++round) {
    const std::vector<std::string> both{"uno-" + std::to_string(round),
                                        "dos-" + std::to_string(round)};
    for (const std::string& username : both) add_admin(username);
    std::vector<std::future<unsigned>> answers;
    for (std::size_t i : {0U, 1U}) {
      answers.push_back(std::async(std::launch::async, [client = rig.client(both[i]),
                                                        path = path_of(both[1 - i])]() mutable {
        return client.post(path + "/deactivate").status;
      }));
    }
    const unsigned first = answers[0].get();
    const unsigned second = answers[1].get();
    EXPECT_NE(first == 200, second == 200) << first << " and " << second;
  }
}

TEST_F(AccountsTest, AreNotMadeWithAPasswordThatIsTooLong) {
  // Within its bound in characters, and not in bytes.
  std::string password;
  while (password.size() <= events::limits::password_bytes_max) password += "ñ";
  json::object body = account("Dora", "operator", {"ventas"});
  body["username"] = "dora";
  body["password"] = password;
  RigClient admin = rig.client("admin");
  const RigAnswer refused = admin.post("/api/v1/operators", body);
  EXPECT_EQ(refused.status, 422U) << refused.text;
  body["password"] = "demasiado-corta-no";
  EXPECT_EQ(admin.post("/api/v1/operators", body).status, 201U);
}

}  // namespace
}  // namespace bitacora::http
