// Who may see what, attacked from every side: rules E2, M8, V1 to V6, F3, R6.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>

#include "tests/http/server_rig.h"
#include "tests/waiting.h"

namespace bitacora::http {

namespace {

// A conversation that ana attends, with a word in it that nobody else may meet.
class Attended : public testing::Test {
 protected:
  void SetUp() override {
    visitor = rig.visitor("ventas", "Secreta Núñez");
    id = rig.write(visitor, "palabra-secreta");
    const RigAnswer reply =
        rig.client("ana").post(conversation_path(id, "messages"), text_body("otra-secreta"));
    ASSERT_EQ(reply.status, 201U) << reply.text;
    position = number_at(reply.body, "/position");
    // The views have it, so that silence is not for their being late.
    rig.client("ana").get("/api/v1/conversations?at_least=" + std::to_string(position));
  }

  // Nothing that was sent tells of the conversation.
  void expect_silence(const std::string& text, const std::string& where) {
    EXPECT_EQ(text.find(id), std::string::npos) << where << ": " << text;
    EXPECT_EQ(text.find("secreta"), std::string::npos) << where << ": " << text;
    EXPECT_EQ(text.find("Secreta"), std::string::npos) << where << ": " << text;
  }

  ServerRig rig;
  ServerRig::Visitor visitor;
  std::string id;
  std::uint64_t position = 0;
};

struct Call {
  const char* name;
  json::object body;
};

std::vector<Call> calls() {
  return {{"messages", text_body("¿Se puede?")},
          {"claim", {}},
          {"release", {}},
          {"close", {}},
          {"reopen", {}},
          {"transfer", {{"department", "soporte"}}},
          {"read", {}}};
}

TEST_F(Attended, NoCallOfSomebodyElseShowsIt) {
  for (const std::string who : {"carla", "bruno", "admin"}) {
    RigClient client = rig.client(who);
    const std::string at_least = "?at_least=" + std::to_string(position);
    for (const std::string& target : {conversation_path(id), conversation_path(id, "messages"),
                                      conversation_path(id, "messages") + "?limit=1&cursor=2"}) {
      const RigAnswer answer = client.get(target);
      EXPECT_EQ(answer.status, 404U) << who << " " << target;
      expect_silence(answer.text, who + " " + target);
    }
    for (const std::string tab : {"waiting", "attending", "closed"}) {
      for (const std::string more : {"", "&owner=me", "&department=ventas", "&limit=200"}) {
        const std::string target = "/api/v1/conversations" + at_least + "&tab=" + tab + more;
        expect_silence(client.get(target).text, who + " " + target);
      }
    }
    const RigAnswer counts = client.get("/api/v1/conversations/counts" + at_least);
    EXPECT_EQ(number_at(counts.body, "/attending"), 0U) << who;
    EXPECT_EQ(number_at(counts.body, "/waiting"), 0U) << who;
  }
}

TEST_F(Attended, NoChangeOfSomebodyElseHappensOrTellsMoreThanItMay) {
  const events::Version before = rig.version_of(id);
  for (const std::string who : {"carla", "bruno", "admin", "aldo"}) {
    RigClient client = rig.client(who);
    for (const Call& call : calls()) {
      const RigAnswer answer = client.post(conversation_path(id, call.name), call.body);
      // An operator of the department is told who has it; an auditor sees it, and changes nothing.
      const bool may_know = who == "bruno" && answer.status == 409;
      const bool may_see =
          who == "aldo" && (answer.status == 403 || call.name == std::string("read"));
      const bool is_hidden = answer.status == 404 || (who == "admin" && answer.status == 403);
      EXPECT_TRUE(may_know || may_see || is_hidden) << who << " " << call.name << answer.text;
      if (who != "aldo") expect_silence(answer.text, who + " " + call.name);
    }
  }
  EXPECT_EQ(rig.version_of(id), before);
}

TEST_F(Attended, AConversationThatIsNotThereLooksTheSame) {
  RigClient carla = rig.client("carla");
  const std::string nowhere = "01940000-0000-7000-8000-000000000000";
  for (const Call& call : calls()) {
    const RigAnswer hidden = carla.post(conversation_path(id, call.name), call.body);
    const RigAnswer missing = carla.post(conversation_path(nowhere, call.name), call.body);
    EXPECT_EQ(hidden.status, missing.status) << call.name;
    EXPECT_EQ(text_at(hidden.body, "/detail"), text_at(missing.body, "/detail")) << call.name;
  }
  const RigAnswer hidden = carla.get(conversation_path(id));
  const RigAnswer missing = carla.get(conversation_path(nowhere));
  EXPECT_EQ(text_at(hidden.body, "/detail"), text_at(missing.body, "/detail"));
}

TEST_F(Attended, SupervisorsAndAuditorsSeeIt) {
  for (const std::string who : {"sofia", "aldo", "ana"}) {
    RigClient client = rig.client(who);
    EXPECT_EQ(client.get(conversation_path(id)).status, 200U) << who;
    EXPECT_EQ(client.list(conversation_path(id, "messages")).size(), 2U) << who;
    EXPECT_EQ(client.list("/api/v1/conversations?tab=attending").size(), 1U) << who;
  }
}

TEST_F(Attended, NobodysLiveSocketTellsOfItButThoseWhoMaySee) {
  std::map<std::string, RigSocket> sockets;
  for (const std::string who : {"carla", "bruno", "admin", "aldo", "sofia", "ana"}) {
    RigSocket socket = rig.live(who);
    socket.send({{"type", "resume"}, {"position", position}});
    EXPECT_EQ(text_at(socket.next(), "/type"), "caught_up") << who;
    sockets.emplace(who, std::move(socket));
  }
  rig.write(visitor, "tercera-secreta");
  const RigAnswer closed = rig.client("ana").post(conversation_path(id, "close"));
  const std::uint64_t last = number_at(closed.body, "/position");
  for (auto& [who, socket] : sockets) {
    // A resume from the end is answered after everything before it was told.
    rig.client("ana").get("/api/v1/conversations?at_least=" + std::to_string(last));
    std::string told;
    socket.send({{"type", "resume"}, {"position", last}});
    for (;;) {
      const json::value frame = socket.next();
      ASSERT_FALSE(frame.is_null()) << who;
      if (text_at(frame, "/type") == "caught_up") break;
      told += json::serialize(frame);
    }
    const bool may_see = who == "ana" || who == "sofia" || who == "aldo";
    if (!may_see) expect_silence(told, who);
  }
}

TEST_F(Attended, AResumeTellsNothingOfWhatWasNeverVisibleToTheClient) {
  for (const std::string who : {"carla", "admin"}) {
    RigSocket socket = rig.live(who);
    socket.send({{"type", "resume"}, {"position", 0}});
    std::string told;
    for (;;) {
      const json::value frame = socket.next();
      ASSERT_FALSE(frame.is_null()) << who;
      told += json::serialize(frame);
      const std::string type = text_at(frame, "/type");
      if (type == "caught_up" || type == "resync") break;
    }
    expect_silence(told, who);
  }
}

// The views follow the log, the inbox the transcript; none of that is to be seen.
TEST_F(Attended, IsGoneForAColleagueFromTheMomentThatItIsAnsweredOn) {
  constexpr int rounds = 400;
  RigClient ana = rig.client("ana");
  RigClient bruno = rig.client("bruno");
  RigClient beside = rig.client("bruno");
  for (int round = 0; round < rounds; ++round) {
    const std::string target = conversation_path(rig.waiting_conversation(), "messages");
    std::atomic<bool> is_answered{false};
    std::future<void> reading = std::async(std::launch::async, [&] {
      while (!is_answered) {
        const RigAnswer seen = beside.get(target);
        ASSERT_EQ(seen.text.find("secreta"), std::string::npos) << seen.text;
      }
    });
    ASSERT_EQ(ana.post(target, text_body("secreta")).status, 201U);
    const RigAnswer afterwards = bruno.get(target);
    is_answered = true;
    reading.get();
    ASSERT_EQ(afterwards.status, 404U) << round << ": " << afterwards.text;
  }
}

// V3
TEST_F(Attended, IsNotShownToWhoWasDeactivatedWhileTheyWaited) {
  RigClient sofia = rig.client("sofia");
  const std::string path = "/api/v1/operators/" + rig.viewer("sofia").id.to_string();
  // The queue follows both what came and its claim, and the log rests.
  const auto ventas = rig.projector().directory()->department_by_slug("ventas")->id;
  ASSERT_TRUE(comes_true(
      [&] { return *rig.log().head(events::StreamId::queue_of(ventas)) >= events::Version(2); }));
  rig.wait_for_views();
  const std::uint64_t next = rig.log().last_position().value() + 1;
  std::future<RigAnswer> waiting = std::async(std::launch::async, [&] {
    return sofia.get(conversation_path(id) + "?at_least=" + std::to_string(next));
  });
  EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  EXPECT_EQ(rig.client("admin").post(path + "/deactivate").status, 200U);
  const RigAnswer answer = waiting.get();
  EXPECT_EQ(answer.status, 401U) << answer.text;
}

TEST_F(Attended, CommandsOverALiveSocketAreRefusedAlike) {
  const events::Version before = rig.version_of(id);
  for (const std::string who : {"carla", "bruno", "admin"}) {
    RigSocket socket = rig.live(who);
    for (const std::string name : {"claim", "release", "close", "reopen", "read"}) {
      socket.send(
          {{"type", "command"}, {"id", who + name}, {"name", name}, {"conversation_id", id}});
      const json::value answer = socket.next_of("refused");
      EXPECT_EQ(text_at(answer, "/id"), who + name);
      expect_silence(json::serialize(answer), who + " " + name);
    }
    // Typing is neither relayed nor answered.
    socket.send({{"type", "typing"}, {"conversation_id", id}});
    socket.send({{"type", "resume"}, {"position", rig.projector().position().value()}});
    EXPECT_EQ(text_at(socket.next(), "/type"), "caught_up");
  }
  EXPECT_EQ(rig.version_of(id), before);
}

TEST_F(Attended, AnotherContactSeesNothingOfIt) {
  const ServerRig::Visitor other = rig.visitor("ventas", "Otra persona");
  RigClient client = rig.client_with(other.token);
  expect_silence(client.get("/api/v1/webchat/messages").text, "messages");
  rig.write(other, "Hola");
  expect_silence(client
                     .get("/api/v1/webchat/messages?at_least=" +
                          std::to_string(rig.log().last_position().value()))
                     .text,
                 "messages");
  // A visitor's token opens nothing of the operators'.
  for (const std::string& target :
       {std::string("/api/v1/me"), std::string("/api/v1/conversations"), conversation_path(id),
        std::string("/api/v1/operators"), std::string("/api/v1/departments")}) {
    EXPECT_EQ(client.get(target).status, 401U) << target;
  }
  RigSocket socket(rig.port(), "/api/v1/ws", {{"Authorization", "Bearer " + other.token}});
  EXPECT_EQ(socket.refused_with(), 401U);
}

TEST_F(Attended, TheContactSeesWhoAnswersAndNoDepartments) {
  const std::string told = rig.client_with(visitor.token)
                               .get("/api/v1/webchat/messages?at_least=" + std::to_string(position))
                               .text;
  EXPECT_NE(told.find("Ana"), std::string::npos);
  EXPECT_NE(told.find(rig.viewer("ana").id.to_string()), std::string::npos);
  EXPECT_EQ(told.find(rig.viewer("bruno").id.to_string()), std::string::npos);
  EXPECT_EQ(told.find("ventas"), std::string::npos);
}

TEST_F(Attended, AnotherDepartmentsListIsNotThere) {
  EXPECT_EQ(rig.client("carla").get("/api/v1/conversations?department=ventas").status, 404U);
  EXPECT_EQ(rig.client("carla").get("/api/v1/conversations?department=nada").status, 404U);
  EXPECT_EQ(rig.client("sofia").get("/api/v1/conversations?department=ventas").status, 200U);
}

TEST_F(Attended, ADeactivatedAccountLosesAccessAtOnce) {
  RigClient ana = rig.client("ana");
  RigSocket socket = rig.live("ana");
  const std::string ana_id = rig.viewer("ana").id.to_string();
  const RigAnswer done = rig.client("admin").post("/api/v1/operators/" + ana_id + "/deactivate");
  ASSERT_EQ(done.status, 200U) << done.text;
  EXPECT_EQ(ana.get("/api/v1/me").status, 401U);
  EXPECT_EQ(ana.post(conversation_path(id, "messages"), text_body("¿Aún?")).status, 401U);
  EXPECT_EQ(socket.close_code(), 4401U);
}

TEST_F(Attended, WhatADeactivatedAccountAttendedIsInEsperaForItsColleagues) {
  RigClient bruno = rig.client("bruno");
  EXPECT_EQ(bruno.get(conversation_path(id)).status, 404U);
  const std::string ana_id = rig.viewer("ana").id.to_string();
  const RigAnswer done = rig.client("admin").post("/api/v1/operators/" + ana_id + "/deactivate");
  ASSERT_EQ(done.status, 200U) << done.text;
  rig.write(visitor, "¿Sigue ahí?");
  ASSERT_TRUE(comes_true([&] { return bruno.get(conversation_path(id)).status == 200; }));
  rig.wait_for_views();
  const json::array waiting = bruno.list("/api/v1/conversations?tab=waiting&department=ventas");
  ASSERT_EQ(waiting.size(), 1U);
  EXPECT_EQ(text_at(waiting[0], "/id"), id);
  EXPECT_EQ(bruno.list(conversation_path(id, "messages")).size(), 3U);
  const RigAnswer reply = bruno.post(conversation_path(id, "messages"), text_body("Soy Bruno"));
  ASSERT_EQ(reply.status, 201U) << reply.text;
  EXPECT_EQ(text_at(reply.body, "/conversation/owner/name"), "Bruno");
}

TEST_F(Attended, AChangedAccountHasToLoadAnew) {
  RigSocket socket = rig.live("bruno");
  socket.send({{"type", "resume"}, {"position", position}});
  socket.next_of("caught_up");
  const RigAnswer changed = rig.client("admin").put(
      "/api/v1/operators/" + rig.viewer("bruno").id.to_string(),
      {{"name", "Bruno"}, {"role", "supervisor"}, {"departments", {"ventas", "soporte"}}});
  ASSERT_EQ(changed.status, 200U) << changed.text;
  socket.next_of("resync");
  EXPECT_EQ(rig.client("bruno").get(conversation_path(id)).status, 200U);
  // From here on the socket tells what the account may see now.
  socket.send({{"type", "resume"}, {"position", number_at(changed.body, "/position")}});
  socket.next_of("caught_up");
  rig.write(visitor, "cuarta");
  EXPECT_EQ(text_at(socket.next_of("changes"), "/changes/0/conversation/id"), id);
  // A client of before the change is told to load anew, however it comes back.
  RigSocket again = rig.live("bruno");
  again.send({{"type", "resume"}, {"position", position}});
  again.next_of("resync");
}

}  // namespace

}  // namespace bitacora::http
