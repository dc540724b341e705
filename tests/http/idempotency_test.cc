// A command happens once: rules I1 to I8.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <future>

#include "tests/http/raw_client.h"
#include "tests/http/server_rig.h"

namespace bitacora::http {

namespace {

class Keys : public testing::Test {
 protected:
  std::size_t messages_of(const std::string& who, const std::string& id) {
    return rig.client(who)
        .list(conversation_path(id, "messages") +
              "?at_least=" + std::to_string(rig.log().last_position().value()))
        .size();
  }
  ServerRig rig;
};

TEST_F(Keys, TheSameKeyGivesTheFirstAnswerAgain) {
  const std::string id = rig.waiting_conversation();
  RigClient ana = rig.client("ana");
  const std::string target = conversation_path(id, "messages");
  const RigAnswer first = ana.post(target, text_body("Buenos días"), "llave-1");
  ASSERT_EQ(first.status, 201U) << first.text;
  EXPECT_EQ(first.header("idempotency-replayed"), "");
  ana.post(target, text_body("Algo más"));
  ana.post(conversation_path(id, "close"));
  const RigAnswer again = ana.post(target, text_body("Buenos días"), "llave-1");
  EXPECT_EQ(again.status, 201U);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(again.body, first.body) << "as it was then";
  EXPECT_EQ(messages_of("ana", id), 3U);
}

TEST_F(Keys, TheSameKeyAfterARestartGivesTheFirstAnswerAgain) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const RigAnswer opened =
      rig.client_with(visitor.token).post("/api/v1/webchat/messages", text_body("Hola"), "primera");
  const std::string id = text_at(opened.body, "/conversation_id");
  const RigAnswer replied =
      rig.client("ana").post(conversation_path(id, "messages"), text_body("Buenos días"), "llave");
  rig.restart();
  const RigAnswer opened_again =
      rig.client_with(visitor.token).post("/api/v1/webchat/messages", text_body("Hola"), "primera");
  EXPECT_EQ(opened_again.body, opened.body);
  EXPECT_EQ(opened_again.header("idempotency-replayed"), "true");
  const RigAnswer replied_again =
      rig.client("ana").post(conversation_path(id, "messages"), text_body("Buenos días"), "llave");
  EXPECT_EQ(replied_again.body, replied.body);
  EXPECT_EQ(messages_of("ana", id), 2U);
}

TEST_F(Keys, TheSameKeyWithAnotherRequestIsRefused) {
  const std::string id = rig.waiting_conversation();
  RigClient ana = rig.client("ana");
  ana.post(conversation_path(id, "messages"), text_body("Buenos días"), "llave");
  for (const auto& [call, body] : std::vector<std::pair<std::string, json::object>>{
           {"messages", text_body("Buenas tardes")}, {"close", {}}, {"release", {}}}) {
    const RigAnswer answer = ana.post(conversation_path(id, call), body, "llave");
    EXPECT_EQ(answer.status, 422U) << call;
    EXPECT_EQ(answer.problem(), "idempotency-key-reused") << call;
  }
  EXPECT_EQ(messages_of("ana", id), 2U);
}

TEST_F(Keys, WhiteSpaceAndTheOrderOfMembersMakeNoOtherRequest) {
  const std::string id = rig.waiting_conversation();
  RigClient ana = rig.client("ana");
  ana.post(conversation_path(id, "messages"), text_body("Buenos días"), "llave");
  const RigAnswer again = ana.call("POST", conversation_path(id, "messages"),
                                   "{ \"text\" : \"Buenos d\\u00edas\", \"kind\": \"text\" }",
                                   {{"Idempotency-Key", "llave"}});
  EXPECT_EQ(again.header("idempotency-replayed"), "true") << again.text;
}

TEST_F(Keys, ACommandOverTheLiveSocketIsTheSameRequestAsOverHttp) {
  const std::string id = rig.waiting_conversation();
  RigSocket socket = rig.live("ana");
  socket.send({{"type", "command"},
               {"id", "llave"},
               {"name", "send_message"},
               {"conversation_id", id},
               {"body", text_body("Buenos días")}});
  const json::value done = socket.next_of("done");
  const RigAnswer again =
      rig.client("ana").post(conversation_path(id, "messages"), text_body("Buenos días"), "llave");
  EXPECT_EQ(again.header("idempotency-replayed"), "true") << again.text;
  EXPECT_EQ(again.body, done.at("result"));
  socket.send({{"type", "command"},
               {"id", "llave"},
               {"name", "send_message"},
               {"conversation_id", id},
               {"body", text_body("Buenos días")}});
  const json::value replayed = socket.next_of("done");
  EXPECT_TRUE(replayed.at("replayed").as_bool());
  EXPECT_EQ(replayed.at("result"), done.at("result"));
}

TEST_F(Keys, TwoPeopleMayChooseTheSameKey) {
  const std::string one = rig.waiting_conversation();
  EXPECT_EQ(rig.client("ana").post(conversation_path(one, "claim"), {}, "llave").status, 200U);
  const RigAnswer other = rig.client("sofia").post(conversation_path(one, "claim"), {}, "llave");
  EXPECT_EQ(other.status, 200U) << other.text;
  EXPECT_EQ(other.header("idempotency-replayed"), "");
}

TEST_F(Keys, ARefusedKeyMayBeTriedAgain) {
  const std::string id = rig.waiting_conversation();
  rig.client("bruno").post(conversation_path(id, "claim"));
  const std::string target = conversation_path(id, "messages");
  EXPECT_EQ(rig.client("ana").post(target, text_body("Hola"), "llave").status, 409U);
  rig.client("bruno").post(conversation_path(id, "release"));
  const RigAnswer later = rig.client("ana").post(target, text_body("Hola"), "llave");
  EXPECT_EQ(later.status, 201U) << later.text;
  EXPECT_EQ(later.header("idempotency-replayed"), "");
}

TEST_F(Keys, ARetryAfterHandingItOverIsStillAnswered) {
  const std::string id = rig.waiting_conversation();
  RigClient ana = rig.client("ana");
  ana.post(conversation_path(id, "claim"));
  const json::object body{{"department", "soporte"}};
  const RigAnswer first = ana.post(conversation_path(id, "transfer"), body, "llave");
  ASSERT_EQ(first.status, 200U) << first.text;
  const RigAnswer again = ana.post(conversation_path(id, "transfer"), body, "llave");
  EXPECT_EQ(again.status, 200U) << again.text;
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(ana.post(conversation_path(id, "transfer"), body, "otra").status, 404U);
}

TEST_F(Keys, AQuickReplyThatIsGoneByThenIsStillAnsweredAsItWasSent) {
  const std::string id = rig.waiting_conversation();
  RigClient ana = rig.client("ana");
  const auto& replies = rig.projector().directory()->quick_replies;
  const auto found = std::find_if(replies.begin(), replies.end(),
                                  [](const auto& entry) { return entry.second.title == "Saludo"; });
  const json::object body{{"kind", "quick_reply"}, {"quick_reply_id", found->first.to_string()}};
  const RigAnswer first = ana.post(conversation_path(id, "messages"), body, "llave");
  ASSERT_EQ(first.status, 201U) << first.text;
  rig.change_directory(actors::RemoveQuickReply{found->first}).value();
  EXPECT_EQ(ana.post(conversation_path(id, "messages"), body, "llave").body, first.body);
  const RigAnswer gone = ana.post(conversation_path(id, "messages"), body, "otra");
  EXPECT_EQ(gone.status, 422U);
  EXPECT_EQ(text_at(gone.body, "/detail"), "There is no such quick reply any more.");
  EXPECT_EQ(messages_of("ana", id), 2U);
}

TEST_F(Keys, ARegistrationIsRepeatedWithItsToken) {
  RigClient ana = rig.client("ana");
  const json::object body{{"department", "ventas"}, {"name", "Núñez"}};
  const RigAnswer first = ana.post("/api/v1/webchat/visitors", body, "visita");
  ASSERT_EQ(first.status, 201U) << first.text;
  const RigAnswer again = ana.post("/api/v1/webchat/visitors", body, "visita");
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  // Whoever registers has keys of their own: an account its, an address its.
  const RigAnswer of_address = rig.anybody().post("/api/v1/webchat/visitors", body, "visita");
  EXPECT_NE(text_at(of_address.body, "/contact/id"), text_at(first.body, "/contact/id"));
}

TEST_F(Keys, WhatAdminsDoHappensOnce) {
  RigClient admin = rig.client("admin");
  const json::object body{{"username", "diego"},
                          {"name", "Diego"},
                          {"role", "operator"},
                          {"departments", {"ventas"}},
                          {"password", "primera"}};
  const RigAnswer first = admin.post("/api/v1/operators", body, "alta");
  ASSERT_EQ(first.status, 201U) << first.text;
  const std::string diego = text_at(first.body, "/operator/id");
  const RigAnswer again = admin.post("/api/v1/operators", body, "alta");
  EXPECT_EQ(again.status, 201U) << again.text;
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(text_at(again.body, "/operator/id"), diego);
  json::object other = body;
  other["password"] = "segunda";
  EXPECT_EQ(admin.post("/api/v1/operators", other, "alta").problem(), "idempotency-key-reused");
  // A retry of long ago does not bring an old password back.
  const RigAnswer changed =
      admin.post("/api/v1/operators/" + diego + "/password", {{"password", "tercera"}});
  ASSERT_EQ(changed.status, 200U) << changed.text;
  EXPECT_EQ(admin.post("/api/v1/operators", body, "alta").status, 201U);
  const auto operator_id = *events::OperatorId::parse(diego);
  EXPECT_TRUE(rig.secrets().check_password(operator_id, "tercera"));
  EXPECT_FALSE(rig.secrets().check_password(operator_id, "primera"));
}

TEST_F(Keys, OfTwoPasswordsAtOnceTheOneThatIsAcceptedCounts) {
  const auto ana = rig.viewer("ana").id;
  const std::string path = "/api/v1/operators/" + ana.to_string() + "/password";
  for (int round = 0; round < 4; ++round) {
    std::vector<std::future<unsigned>> answers;
    for (const std::string password : {"primera", "segunda"}) {
      answers.push_back(std::async(std::launch::async, [&, password] {
        const std::string key = "clave" + std::to_string(round);
        return rig.client("admin").post(path, {{"password", password}}, key).status;
      }));
    }
    const std::array<unsigned, 2> status{answers[0].get(), answers[1].get()};
    ASSERT_NE(status[0] == 200, status[1] == 200) << status[0] << " and " << status[1];
    EXPECT_TRUE(rig.secrets().check_password(ana, status[0] == 200 ? "primera" : "segunda"));
  }
}

TEST_F(Keys, ANewPasswordIsAnsweredAgainThoughTheAccountHasGone) {
  RigClient admin = rig.client("admin");
  const std::string path = "/api/v1/operators/" + rig.viewer("ana").id.to_string();
  EXPECT_EQ(admin.post(path + "/password", {{"password", "última"}}, "p").status, 200U);
  EXPECT_EQ(admin.post(path + "/deactivate").status, 200U);
  rig.wait_for_views();
  EXPECT_EQ(admin.post(path + "/password", {{"password", "última"}}, "p").status, 200U);
  EXPECT_EQ(admin.post(path + "/password", {{"password", "otra más"}}, "q").status, 404U);
}

// C3: what came in after it was read is not read by a retry.
TEST_F(Keys, AReadThatFoundNothingFindsNothingLater) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  RigClient ana = rig.client("ana");
  ana.post(conversation_path(id, "messages"), text_body("Diga"));
  ana.post(conversation_path(id, "read"));
  const RigAnswer read = ana.post(conversation_path(id, "read"), {}, "leida");
  ASSERT_EQ(read.status, 200U) << read.text;
  rig.write(visitor, "¿Hay alguien?");
  const RigAnswer again = ana.post(conversation_path(id, "read"), {}, "leida");
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(again.body, read.body);
  EXPECT_EQ(number_at(ana.get(conversation_path(id)).body, "/unread"), 1U);
}

TEST_F(Keys, AKeyHasItsForm) {
  const std::string id = rig.waiting_conversation();
  RigClient ana = rig.client("ana");
  for (const std::string& key :
       {std::string(65, 'k'), std::string("con espacio"), std::string("eñe"), std::string(" ")}) {
    const RigAnswer answer = ana.post(conversation_path(id, "claim"), {}, key);
    EXPECT_EQ(answer.problem(), "bad-idempotency-key") << key;
  }
  const RigAnswer longest = ana.post(conversation_path(id, "claim"), {}, std::string(64, '~'));
  EXPECT_EQ(longest.status, 200U) << longest.text;
}

TEST_F(Keys, ARequestHasOneKey) {
  const std::string id = rig.waiting_conversation();
  const events::Version before = rig.version_of(id);
  const std::string head = "POST " + conversation_path(id, "claim") +
                           " HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n"
                           "Authorization: Bearer " +
                           rig.token("ana") + "\r\n";
  for (const std::string second : {"otra", "llave"}) {
    RawClient client(rig.port());
    client.send(head + "Idempotency-Key: llave\r\nIdempotency-Key: " + second + "\r\n\r\n");
    const auto answer = client.read_response();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 400) << second;
    EXPECT_EQ(text_at(json::parse(answer->body), "/type"), "/problems/bad-idempotency-key");
  }
  EXPECT_EQ(rig.version_of(id), before);
}

}  // namespace

}  // namespace bitacora::http
