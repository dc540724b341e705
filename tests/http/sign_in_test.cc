// Signing in and out, and accounts: rules M4, M5, E3, C6 to C8, V3.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "events/limits.h"
#include "tests/http/server_rig.h"

namespace bitacora::http {

namespace {

class SignIn : public testing::Test {
 protected:
  explicit SignIn(RigOptions options = {}) : rig(std::move(options)) {}

  void give_password(const std::string& username, const std::string& password) {
    rig.secrets().set_password(rig.viewer(username).id, password).value();
  }
  RigAnswer sign_in(const std::string& username, const std::string& password,
                    const RigHeaders& headers = {}) {
    return rig.anybody().call(
        "POST", "/api/v1/session",
        json::serialize(json::object{{"username", username}, {"password", password}}), headers);
  }
  [[nodiscard]] std::string own_origin() const {
    return "http://127.0.0.1:" + std::to_string(rig.port());
  }
  ServerRig rig;
};

TEST_F(SignIn, GivesATokenAndACookie) {
  give_password("ana", "demo");
  const RigAnswer answer = sign_in("ana", "demo");
  ASSERT_EQ(answer.status, 200U) << answer.text;
  EXPECT_EQ(text_at(answer.body, "/operator/name"), "Ana");
  EXPECT_EQ(text_at(answer.body, "/operator/departments/0/slug"), "ventas");
  const std::string token = text_at(answer.body, "/token");
  const std::string cookie = answer.header("set-cookie");
  EXPECT_EQ(cookie.find("bitacora_session=" + token + "; Path=/; HttpOnly; SameSite=Strict"), 0U);
  EXPECT_EQ(cookie.find("Secure"), std::string::npos) << "not without TLS";
  EXPECT_EQ(text_at(rig.client_with(token).get("/api/v1/me").body, "/username"), "ana");
  EXPECT_EQ(rig.client_with(token).call("DELETE", "/api/v1/session").status, 204U);
  EXPECT_EQ(rig.client_with(token).get("/api/v1/me").status, 401U);
}

TEST_F(SignIn, EndsTheOldestOfTooManySessions) {
  give_password("ana", "demo");
  const std::string oldest = rig.token("ana");
  RigSocket socket = rig.live_with(oldest);
  // Sessions of one millisecond have no order.
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  for (std::size_t i = 1; i < events::limits::sessions_per_operator_max; ++i) rig.token("ana");
  EXPECT_EQ(rig.client_with(oldest).get("/api/v1/me").status, 200U);
  ASSERT_EQ(sign_in("ana", "demo").status, 200U);
  EXPECT_EQ(rig.client_with(oldest).get("/api/v1/me").status, 401U);
  EXPECT_EQ(socket.close_code(), 4401U);
}

TEST_F(SignIn, OutlivesARestart) {
  const std::string token = rig.token("ana");
  rig.restart();
  EXPECT_EQ(rig.client_with(token).get("/api/v1/me").status, 200U);
}

TEST_F(SignIn, OnesOwnAccountIsReadAsTheDirectoryHasItAtAPosition) {
  RigClient ana = rig.client("ana");
  const std::string path = "/api/v1/operators/" + rig.viewer("ana").id.to_string();
  const RigAnswer changed = rig.client("admin").put(
      path, {{"name", "Ana B."}, {"role", "operator"}, {"departments", {"ventas"}}});
  const std::uint64_t position = number_at(changed.body, "/position");
  const std::string at_least = "/api/v1/me?at_least=";
  EXPECT_EQ(text_at(ana.get(at_least + std::to_string(position)).body, "/name"), "Ana B.");
  EXPECT_EQ(ana.get(at_least + "nada").problem(), "invalid");
  const RigAnswer early = ana.get(at_least + std::to_string(position + 1'000));
  EXPECT_EQ(early.problem(), "lagging");
  EXPECT_EQ(early.header("retry-after"), "1");
}

TEST_F(SignIn, TellsNothingOfWhatWasWrong) {
  give_password("ana", "demo");
  give_password("bruno", "demo");
  rig.change_directory(actors::DeactivateOperator{rig.viewer("bruno").id}).value();
  const std::string detail = text_at(sign_in("ana", "otra").body, "/detail");
  for (const auto& [username, password] :
       std::vector<std::pair<std::string, std::string>>{{"ana", "otra"},
                                                        {"nadie", "demo"},
                                                        {"bruno", "demo"},
                                                        {"", ""},
                                                        {"ANA", "demo"},
                                                        {"carla", ""}}) {
    const RigAnswer answer = sign_in(username, password);
    EXPECT_EQ(answer.status, 401U) << username;
    EXPECT_EQ(answer.problem(), "bad-credentials") << username;
    EXPECT_EQ(text_at(answer.body, "/detail"), detail) << username;
  }
}

TEST_F(SignIn, IsHeldOffAfterTenWrongPasswords) {
  give_password("ana", "demo");
  for (int i = 0; i < events::limits::sign_in_failures_max; ++i) {
    EXPECT_EQ(sign_in("ana", "otra").status, 401U) << i;
  }
  const RigAnswer answer = sign_in("ana", "demo");
  EXPECT_EQ(answer.status, 429U);
  EXPECT_EQ(answer.problem(), "too-many-attempts");
  EXPECT_GT(std::stoi(answer.header("retry-after")), 0);
}

TEST_F(SignIn, OfManyAtOnceRefusesNobody) {
  give_password("ana", "demo");
  std::atomic<int> signed_in{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2 * events::limits::sign_in_failures_max; ++i) {
      threads.emplace_back([&] { signed_in += sign_in("ana", "demo").status == 200U ? 1 : 0; });
    }
  }
  EXPECT_EQ(signed_in, 2 * events::limits::sign_in_failures_max);
}

// Every client comes through a proxy on the same machine.
class SignInBehindAProxy : public SignIn {
 protected:
  SignInBehindAProxy()
      : SignIn({.trusted_proxies = TrustedProxies::parse({"127.0.0.0/8"}).value()}) {}
};

TEST_F(SignInBehindAProxy, HoldsOffAnAddressAndNotTheProxy) {
  give_password("ana", "demo");
  const RigHeaders one{{"X-Forwarded-For", "203.0.113.7"}};
  const RigHeaders other{{"X-Forwarded-For", "203.0.113.7, 203.0.113.8"}};
  for (int i = 0; i < events::limits::sign_in_failures_max; ++i) {
    EXPECT_EQ(sign_in("nadie" + std::to_string(i), "otra", one).status, 401U) << i;
  }
  EXPECT_EQ(sign_in("ana", "demo", one).status, 429U);
  EXPECT_EQ(sign_in("ana", "demo", other).status, 200U);
  EXPECT_EQ(sign_in("ana", "demo").status, 200U);
}

TEST_F(SignInBehindAProxy, GivesASecureCookieWhenTheProxyEndsTls) {
  give_password("ana", "demo");
  const auto is_secure = [&](const RigHeaders& headers) {
    const RigAnswer answer = sign_in("ana", "demo", headers);
    EXPECT_EQ(answer.status, 200U) << answer.text;
    return answer.header("set-cookie").ends_with("; Secure");
  };
  EXPECT_TRUE(is_secure({{"X-Forwarded-Proto", "https"}}));
  EXPECT_FALSE(is_secure({{"X-Forwarded-Proto", "http"}}));
  // The proxy's own address is the server's when it passes Host on.
  EXPECT_TRUE(is_secure({{"X-Forwarded-Proto", "https"},
                         {"Host", "chat.example.com"},
                         {"Origin", "https://chat.example.com"}}));
}

TEST_F(SignIn, ForwardedHeadersOfAnybodyAreIgnored) {
  give_password("ana", "demo");
  for (int i = 0; i < events::limits::sign_in_failures_max; ++i) {
    const std::string number = std::to_string(i);
    sign_in("nadie" + number, "otra", {{"X-Forwarded-For", "203.0.113." + number}});
  }
  EXPECT_EQ(sign_in("ana", "demo", {{"X-Forwarded-For", "203.0.113.99"}}).status, 429U);
  rig.restart();
  const RigAnswer answer = sign_in("ana", "demo", {{"X-Forwarded-Proto", "https"}});
  EXPECT_EQ(answer.header("set-cookie").find("Secure"), std::string::npos) << answer.text;
}

TEST_F(SignIn, BadBodiesAreRefused) {
  struct Body {
    const char* body;
    unsigned status;
  };
  for (const Body& bad :
       std::vector<Body>{{"", 400},
                         {"{}", 422},
                         {"[]", 422},
                         {R"({"username":"ana"})", 422},
                         {R"({"username":"ana","password":null})", 422},
                         {R"({"username":1,"password":"demo"})", 422},
                         {R"({"username":"ana","password":"demo","x":1})", 400}}) {
    EXPECT_EQ(rig.anybody().call("POST", "/api/v1/session", bad.body).status, bad.status)
        << bad.body;
  }
  const RigAnswer form = rig.anybody().call("POST", "/api/v1/session", "username=ana",
                                            {{"Content-Type", "text/plain"}});
  EXPECT_EQ(form.problem(), "unsupported-media-type");
  EXPECT_EQ(sign_in("ana", std::string(2000, 'x')).status, 422U);
}

TEST_F(SignIn, ACookieCountsForChangesOnlyWithTheServersOwnOrigin) {
  const std::string id = rig.waiting_conversation();
  const std::string cookie = "otra=1; bitacora_session=" + rig.token("ana");
  struct Try {
    const char* method;
    std::string target;
    RigHeaders headers;
    unsigned status;
  };
  const std::string claim = conversation_path(id, "claim");
  const std::vector<Try> tries{
      {"GET", "/api/v1/me", {{"Cookie", cookie}}, 200},
      {"GET", "/api/v1/me", {{"Cookie", "bitacora_session=nada"}}, 401},
      {"POST", claim, {{"Cookie", cookie}}, 401},
      {"POST", claim, {{"Cookie", cookie}, {"Origin", "https://evil.example"}}, 403},
      {"POST", claim, {{"Cookie", cookie}, {"Origin", "null"}}, 403},
      {"DELETE", "/api/v1/session", {{"Cookie", cookie}, {"Origin", "https://evil.example"}}, 403},
      {"POST", claim, {{"Cookie", cookie}, {"Origin", own_origin()}}, 200},
  };
  for (const Try& attempt : tries) {
    const bool changes = std::string(attempt.method) == "POST";
    const RigAnswer answer = rig.anybody().call(
        attempt.method, attempt.target, changes ? std::optional<std::string>("{}") : std::nullopt,
        attempt.headers);
    EXPECT_EQ(answer.status, attempt.status)
        << attempt.method << " " << attempt.headers.back().second << answer.text;
  }
  give_password("ana", "demo");
  EXPECT_EQ(sign_in("ana", "demo", {{"Origin", "https://evil.example"}}).problem(), "bad-origin");
  EXPECT_EQ(sign_in("ana", "demo", {{"Origin", own_origin()}}).status, 200U);
}

TEST_F(SignIn, ANewPasswordOfOnesOwnEndsEverySessionAndGivesANewOne) {
  give_password("ana", "demo");
  const std::string token = text_at(sign_in("ana", "demo").body, "/token");
  RigSocket socket = rig.live_with(token);
  RigClient ana = rig.client_with(token);
  EXPECT_EQ(
      ana.put("/api/v1/me/password", {{"current_password", "otra"}, {"new_password", "nueva"}})
          .status,
      401U);
  EXPECT_EQ(ana.put("/api/v1/me/password", {{"current_password", "demo"}, {"new_password", "abc"}})
                .status,
            422U);
  const RigAnswer changed =
      ana.put("/api/v1/me/password", {{"current_password", "demo"}, {"new_password", "nueva"}});
  ASSERT_EQ(changed.status, 200U) << changed.text;
  EXPECT_EQ(number_at(changed.body, "/position"), rig.log().last_position().value());
  EXPECT_EQ(socket.close_code(), 4401U);
  EXPECT_EQ(rig.client_with(token).get("/api/v1/me").status, 401U);
  EXPECT_EQ(rig.client_with(text_at(changed.body, "/token")).get("/api/v1/me").status, 200U);
  EXPECT_EQ(sign_in("ana", "demo").status, 401U);
  EXPECT_EQ(sign_in("ana", "nueva").status, 200U);
}

TEST_F(SignIn, OnlyAdminsKeepAccountsAndDepartments) {
  const std::string ana = "/api/v1/operators/" + rig.viewer("ana").id.to_string();
  const json::object account{{"username", "diego"},
                             {"name", "Diego"},
                             {"role", "operator"},
                             {"departments", {"ventas"}},
                             {"password", "demo"}};
  const json::object change{{"name", "Ana B."}, {"role", "operator"}, {"departments", {"ventas"}}};
  for (const std::string who : {"ana", "sofia", "aldo"}) {
    RigClient client = rig.client(who);
    EXPECT_EQ(client.post("/api/v1/operators", account).status, 403U) << who;
    EXPECT_EQ(client.put(ana, change).status, 403U) << who;
    EXPECT_EQ(client.post(ana + "/password", {{"password", "nueva"}}).status, 403U) << who;
    EXPECT_EQ(client.post(ana + "/deactivate").status, 403U) << who;
    EXPECT_EQ(client.post("/api/v1/departments", {{"slug", "nuevo"}, {"name", "Nuevo"}}).status,
              403U)
        << who;
    // What a transfer's menu needs, and no more.
    const json::array colleagues = client.list("/api/v1/operators?limit=2");
    EXPECT_EQ(colleagues.size(), 4U) << who;
    EXPECT_FALSE(colleagues.at(0).as_object().contains("username"));
    EXPECT_EQ(client.list("/api/v1/departments").size(), 2U);
  }
  RigClient admin = rig.client("admin");
  const RigAnswer added = admin.post("/api/v1/operators", account);
  ASSERT_EQ(added.status, 201U) << added.text;
  EXPECT_EQ(sign_in("diego", "demo").status, 200U);
  EXPECT_EQ(admin.post("/api/v1/operators", account).problem(), "already-exists");
  EXPECT_EQ(text_at(admin.put(ana, change).body, "/operator/name"), "Ana B.");
  EXPECT_EQ(admin.list("/api/v1/operators").size(), 7U);
  const RigAnswer department =
      admin.post("/api/v1/departments", {{"slug", "cobros"}, {"name", "Cobros"}});
  EXPECT_EQ(department.status, 201U) << department.text;
  const RigAnswer renamed = admin.put(
      "/api/v1/departments/" + text_at(department.body, "/department/id"), {{"name", "Cobranza"}});
  EXPECT_EQ(text_at(renamed.body, "/department/name"), "Cobranza");
  // Whoever locks themselves out has nobody to ask.
  const std::string self = "/api/v1/operators/" + rig.viewer("admin").id.to_string();
  EXPECT_EQ(admin.post(self + "/deactivate").status, 422U);
  EXPECT_EQ(admin.put(self, change).status, 422U);
}

}  // namespace

}  // namespace bitacora::http
