// Pages of other sites that show the web chat: rules C13 and W10.

#include <gtest/gtest.h>

#include "tests/http/tus_client.h"

namespace bitacora::http {
namespace {

constexpr const char* shop = "https://tienda.example";
constexpr const char* stranger = "https://evil.example";

// ventas lists the shop, soporte nobody.
void allow_the_shop(ServerRig& rig) {
  const auto ventas = rig.projector().directory()->department_by_slug("ventas")->id;
  rig.change_directory(actors::ChangeDepartment{ventas, "Ventas", std::set<std::string>{shop}})
      .value();
}

RigAnswer preflight(ServerRig& rig, const std::string& path, const std::string& origin) {
  return rig.anybody().call("OPTIONS", path, {},
                            {{"Origin", origin},
                             {"Access-Control-Request-Method", "PATCH"},
                             {"Access-Control-Request-Headers", "authorization,upload-offset"}});
}

TEST(Cors, LetsTheSitesOfADepartmentAsk) {
  ServerRig rig;
  allow_the_shop(rig);
  for (const std::string path : {"/api/v1/webchat/visitors", "/api/v1/webchat/messages",
                                 "/api/v1/webchat/uploads/01890a5d-ac96-774b-bcce-b302099a8057"}) {
    const RigAnswer allowed = preflight(rig, path, shop);
    EXPECT_EQ(allowed.status, 204U) << path;
    EXPECT_EQ(allowed.header("access-control-allow-origin"), shop);
    EXPECT_EQ(allowed.header("vary"), "Origin");
    EXPECT_NE(allowed.header("access-control-allow-methods").find("PATCH"), std::string::npos);
    EXPECT_NE(allowed.header("access-control-allow-headers").find("Upload-Offset"),
              std::string::npos);
    EXPECT_EQ(allowed.header("access-control-allow-credentials"), "");
  }
  const RigAnswer desk = preflight(rig, "/api/v1/uploads", shop);
  EXPECT_EQ(desk.header("access-control-allow-origin"), "") << "the desk is nobody else's";
}

TEST(Cors, TellsAStrangersPageThatItMayNotAsk) {
  ServerRig rig;
  allow_the_shop(rig);
  EXPECT_EQ(preflight(rig, "/api/v1/webchat/visitors", stranger).status, 204U)
      << "or the page could not read the refusal";
  const RigAnswer refused = rig.anybody().call(
      "POST", "/api/v1/webchat/visitors", R"({"department":"ventas"})", {{"Origin", stranger}});
  EXPECT_EQ(refused.problem(), "bad-origin");
  EXPECT_EQ(refused.header("access-control-allow-origin"), stranger);
}

TEST(Cors, HoldsAVisitorToTheSitesOfTheirDepartment) {
  ServerRig rig;
  allow_the_shop(rig);
  const auto register_from = [&](const std::string& department, const std::string& origin) {
    return rig.anybody().call("POST", "/api/v1/webchat/visitors",
                              json::serialize(json::object{{"department", department}}),
                              {{"Origin", origin}});
  };
  const RigAnswer made = register_from("ventas", shop);
  EXPECT_EQ(made.status, 201U) << made.text;
  EXPECT_EQ(made.header("access-control-allow-origin"), shop);
  EXPECT_EQ(register_from("soporte", shop).problem(), "bad-origin");
  EXPECT_EQ(register_from("ventas", stranger).problem(), "bad-origin");
  const auto read_from = [&](const std::string& token, const std::string& origin) {
    return rig.client_with(token).call("GET", "/api/v1/webchat/messages", {}, {{"Origin", origin}});
  };
  EXPECT_EQ(read_from(text_at(made.body, "/token"), shop).status, 200U);
  EXPECT_EQ(read_from(text_at(made.body, "/token"), stranger).problem(), "bad-origin");
  const ServerRig::Visitor other = rig.visitor("soporte", "Otra");
  EXPECT_EQ(read_from(other.token, shop).problem(), "bad-origin");
  // The server's own page, and programs, which have no origin.
  EXPECT_EQ(read_from(other.token, "http://127.0.0.1:" + std::to_string(rig.port())).status, 200U);
  EXPECT_EQ(rig.client_with(other.token).get("/api/v1/webchat/messages").status, 200U);
}

TEST(Cors, LetsPagesReadWhatUploadsSay) {
  ServerRig rig;
  allow_the_shop(rig);
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  TusClient contact(rig, visitor.token, "/api/v1/webchat");
  const RigAnswer made = contact.create(100, "a.pdf", {{"Origin", shop}});
  EXPECT_EQ(made.status, 201U) << made.text;
  EXPECT_EQ(made.header("access-control-allow-origin"), shop);
  for (const std::string name : {"Location", "Upload-Offset", "Upload-Expires", "Tus-Resumable"}) {
    EXPECT_NE(made.header("access-control-expose-headers").find(name), std::string::npos) << name;
  }
}

TEST(Cors, HoldsLiveSocketsToTheSameLists) {
  ServerRig rig;
  allow_the_shop(rig);
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string target = "/api/v1/webchat/ws?token=" + visitor.token;
  RigSocket allowed(rig.port(), target, {{"Origin", shop}});
  EXPECT_EQ(text_at(allowed.next(), "/type"), "hello");
  EXPECT_EQ(RigSocket(rig.port(), target, {{"Origin", stranger}}).refused_with(), 403U);
  // A department lists the site, but not the visitor's own.
  const ServerRig::Visitor elsewhere = rig.visitor("soporte", "Núñez");
  RigSocket closed(rig.port(), "/api/v1/webchat/ws?token=" + elsewhere.token, {{"Origin", shop}});
  EXPECT_EQ(closed.close_code(), 1008U);
}

}  // namespace
}  // namespace bitacora::http
