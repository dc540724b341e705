// What bad input gets: rules M2, M3, M8, E1, L1. Nothing of it is written.

#include <gtest/gtest.h>

#include "tests/http/server_rig.h"

namespace bitacora::http {

namespace {

class BadInput : public testing::Test {
 protected:
  ServerRig rig;
};

struct BadBody {
  const char* call;
  std::string body;
  const char* problem;
};

TEST_F(BadInput, BodiesOfChangesAreReadStrictly) {
  const std::string id = rig.waiting_conversation();
  const events::Version before = rig.version_of(id);
  const std::string four_byte = "\xF0\x9F\x98\x80";
  std::string too_long;
  for (int i = 0; i < 4097; ++i) too_long += four_byte;
  const std::vector<BadBody> bodies{
      {"messages", "", "malformed-json"},
      {"messages", "{", "malformed-json"},
      {"messages", R"({"kind":"text","text":"a")", "malformed-json"},
      {"messages", "{\"kind\":\"text\",\"text\":\"\xC3\x28\"}", "malformed-json"},
      {"messages", R"({"a":[[[[[[[[[[1]]]]]]]]]]})", "malformed-json"},
      {"messages", "[]", "invalid"},
      {"messages", "null", "invalid"},
      {"messages", "{}", "invalid"},
      {"messages", R"({"kind":"texto","text":"a"})", "invalid"},
      {"messages", R"({"text":"a"})", "invalid"},
      {"messages", R"({"kind":7,"text":"a"})", "invalid"},
      {"messages", R"({"kind":"texto"})", "invalid"},
      {"messages", R"({"kind":"text"})", "invalid"},
      {"messages", R"({"kind":"text","text":""})", "invalid"},
      {"messages", R"({"kind":"text","text":null})", "invalid"},
      {"messages", R"({"kind":"text","text":["a"]})", "invalid"},
      {"messages", R"({"kind":"text","text":"a","texto":"b"})", "unknown-member"},
      {"messages", R"({"kind":"text","text":"a\u0000b"})", "invalid"},
      {"messages", R"({"kind":"text","text":")" + too_long + "\"}", "invalid"},
      {"messages", R"({"kind":"quick_reply","quick_reply_id":"nada"})", "invalid"},
      {"messages",
       R"({"kind":"quick_reply","quick_reply_id":"01940000-0000-7000-8000-000000000000"})",
       "no-such-quick-reply"},
      {"messages", R"({"kind":"attachment","attachment_id":"a","caption":"b"})", "invalid"},
      {"messages", R"({"kind":"attachment"})", "invalid"},
      {"messages",
       R"({"kind":"attachment","attachment_id":"01940000-0000-7000-8000-000000000000"})",
       "no-such-attachment"},
      {"messages", R"({"kind":"voice","attachment_id":"01940000-0000-7000-8000-000000000000"})",
       "no-such-attachment"},
      {"messages",
       R"({"kind":"attachment","attachment_id":"01940000-0000-7000-8000-000000000000","caption":")" +
           std::string(161, 'x') + "\"}",
       "caption-too-long"},
      {"messages", R"({"kind":"voice","attachment_id":"a"})", "invalid"},
      {"messages", R"({"kind":"voice","attachment_id":"a","caption":"b"})", "unknown-member"},
      {"claim", "[]", "invalid"},
      {"claim", R"({"now":true})", "unknown-member"},
      {"read", "nada", "malformed-json"},
      {"transfer", "", "malformed-json"},
      {"transfer", "{}", "invalid"},
      {"transfer", R"({"department":"nada"})", "invalid"},
      {"transfer", R"({"department":7})", "invalid"},
      {"transfer", R"({"operator_id":"ana"})", "invalid"},
      {"transfer", R"({"operator_id":"01940000-0000-7000-8000-000000000000"})", "invalid"},
      {"transfer", R"({"department":"soporte","note":")" + std::string(1001, 'x') + "\"}",
       "invalid"},
  };
  RigClient sofia = rig.client("sofia");
  for (const BadBody& bad : bodies) {
    const RigAnswer answer = sofia.call("POST", conversation_path(id, bad.call), bad.body);
    EXPECT_EQ(answer.problem(), bad.problem)
        << bad.call << " " << bad.body.substr(0, 80) << " " << answer.text;
    EXPECT_EQ(text_at(answer.body, "/request_id"), answer.header("x-request-id"));
  }
  const std::string both =
      R"({"department":"soporte","operator_id":")" + rig.viewer("bruno").id.to_string() + "\"}";
  EXPECT_EQ(sofia.call("POST", conversation_path(id, "transfer"), both).problem(), "invalid");
  const RigAnswer huge =
      rig.client("ana").call("POST", conversation_path(id, "messages"),
                             R"({"kind":"text","text":")" + std::string(70 * 1024, 'x') + "\"}");
  EXPECT_EQ(huge.problem(), "payload-too-large");
  EXPECT_EQ(rig.version_of(id), before) << "nothing was written";
}

TEST_F(BadInput, AKindThatThereIsNoneOfIsNamed) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  const json::object body{{"kind", "foo"}, {"text", "a"}};
  const RigAnswer to_contact = rig.client("ana").post(conversation_path(id, "messages"), body);
  EXPECT_EQ(text_at(to_contact.body, "/detail"),
            "The member \"kind\" is none of text, quick_reply, attachment, voice.");
  const RigAnswer from_contact =
      rig.client_with(visitor.token).post("/api/v1/webchat/messages", body);
  EXPECT_EQ(text_at(from_contact.body, "/detail"),
            "The member \"kind\" is none of text, attachment, voice.");
}

TEST_F(BadInput, AMessageMayBeAsLongAsItMay) {
  const std::string id = rig.waiting_conversation();
  std::string longest;
  for (int i = 0; i < 4096; ++i) longest += "\xF0\x9F\x98\x80";
  const RigAnswer answer =
      rig.client("ana").post(conversation_path(id, "messages"), text_body(longest));
  EXPECT_EQ(answer.status, 201U) << answer.text.substr(0, 200);
  EXPECT_EQ(text_at(answer.body, "/message/text"), longest);
}

TEST_F(BadInput, QueriesAreReadStrictly) {
  RigClient ana = rig.client("ana");
  for (int i = 0; i < 3; ++i) rig.waiting_conversation();
  struct Query {
    const char* target;
    unsigned status;
  };
  for (const Query& query :
       std::vector<Query>{{"/api/v1/conversations?tab=todo", 422},
                          {"/api/v1/conversations?limit=0", 422},
                          {"/api/v1/conversations?limit=201", 422},
                          {"/api/v1/conversations?limit=-1", 422},
                          {"/api/v1/conversations?limit=1e1", 422},
                          {"/api/v1/conversations?limit=", 422},
                          {"/api/v1/conversations?limit=200", 200},
                          {"/api/v1/conversations?owner=ana", 422},
                          {"/api/v1/conversations?cursor=nada", 422},
                          {"/api/v1/conversations?cursor=%00", 400},
                          {"/api/v1/conversations?at_least=abc", 422},
                          {"/api/v1/conversations?at_least=99999999999999999999", 422},
                          {"/api/v1/conversations?colour=red", 200},
                          {"/api/v1/quick-replies?cursor=nada", 422},
                          {"/api/v1/operators?limit=500", 422},
                          {"/api/v1/conversations/counts?at_least=-1", 422}}) {
    EXPECT_EQ(ana.get(query.target).status, query.status) << query.target;
  }
  // A cursor of one list is none of another.
  const RigAnswer page = ana.get("/api/v1/conversations?tab=waiting&limit=1&at_least=" +
                                 std::to_string(rig.log().last_position().value()));
  const std::string cursor = text_at(page.body, "/next_cursor");
  EXPECT_EQ(ana.get("/api/v1/conversations?tab=waiting&cursor=" + cursor).status, 200U);
  EXPECT_EQ(ana.get("/api/v1/conversations?tab=closed&cursor=" + cursor).status, 422U);
}

TEST_F(BadInput, AnIdThatIsNoneIsNotThere) {
  const std::string id = rig.waiting_conversation();
  RigClient ana = rig.client("ana");
  std::string upper = id;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  for (const std::string& bad :
       {std::string("1"), std::string("nada"), id + "0", upper, id.substr(1),
        rig.viewer("ana").id.to_string(), std::string("%2e%2e")}) {
    EXPECT_EQ(ana.get(conversation_path(bad)).status, 404U) << bad;
    EXPECT_EQ(ana.get(conversation_path(bad, "messages")).status, 404U) << bad;
    EXPECT_EQ(ana.post(conversation_path(bad, "claim")).status, 404U) << bad;
  }
}

TEST_F(BadInput, AnotherMethodIsToldWhichThereAre) {
  const RigAnswer answer = rig.client("ana").call("PATCH", "/api/v1/conversations");
  EXPECT_EQ(answer.status, 405U);
  EXPECT_EQ(answer.header("allow"), "GET, HEAD");
  EXPECT_EQ(rig.client("ana").get("/api/v1/nada").status, 404U);
}

}  // namespace

}  // namespace bitacora::http
