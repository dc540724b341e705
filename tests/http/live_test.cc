// The live socket of operators: rules F1 to F11, R1, R2, R4.

#include <gtest/gtest.h>

#include <thread>
#include <utility>

#include "tests/http/server_rig.h"
#include "tests/waiting.h"

namespace bitacora::http {

namespace {

class Live : public testing::Test {
 protected:
  static json::object command(const std::string& id, const std::string& name,
                              const std::string& conversation) {
    return {{"type", "command"}, {"id", id}, {"name", name}, {"conversation_id", conversation}};
  }
  static json::object send(const std::string& id, const std::string& conversation,
                           const std::string& text) {
    json::object frame = command(id, "send_message", conversation);
    frame["body"] = text_body(text);
    return frame;
  }
  // A live socket that follows from now on.
  RigSocket following(const std::string& who) {
    RigSocket socket = rig.live(who);
    socket.send({{"type", "resume"}, {"position", rig.projector().position().value()}});
    EXPECT_EQ(text_at(socket.next_of("caught_up"), "/type"), "caught_up");
    return socket;
  }

  ServerRig rig;
};

TEST_F(Live, SaysHelloWithWhatTheListsReturn) {
  rig.waiting_conversation();
  const std::string mine = rig.waiting_conversation();
  const RigAnswer claimed = rig.client("ana").post(conversation_path(mine, "claim"));
  rig.client("ana").get("/api/v1/conversations?at_least=" +
                        std::to_string(number_at(claimed.body, "/position")));
  RigSocket socket(rig.port(), "/api/v1/ws", {{"Authorization", "Bearer " + rig.token("ana")}});
  const json::value hello = socket.next();
  EXPECT_EQ(text_at(hello, "/type"), "hello");
  EXPECT_EQ(text_at(hello, "/operator/username"), "ana");
  EXPECT_EQ(number_at(hello, "/heartbeat_ms"), 30'000U);
  EXPECT_EQ(number_at(hello, "/counts/waiting"), 1U);
  EXPECT_EQ(number_at(hello, "/counts/attending"), 1U);
  EXPECT_LE(number_at(hello, "/position"), rig.log().last_position().value());
}

TEST_F(Live, PushesAnArrivalToEveryOperatorOfTheDepartmentAndItsClaimAway) {
  RigSocket ana = following("ana");
  RigSocket bruno = following("bruno");
  const std::string id = rig.waiting_conversation("ventas", "¿Hola?");
  for (RigSocket* socket : {&ana, &bruno}) {
    const json::value arrival = socket->next_of("changes");
    EXPECT_EQ(text_at(arrival, "/changes/0/type"), "conversation");
    EXPECT_EQ(text_at(arrival, "/changes/0/conversation/id"), id);
    EXPECT_EQ(text_at(arrival, "/changes/1/type"), "message");
    EXPECT_EQ(text_at(arrival, "/changes/1/message/text"), "¿Hola?");
    EXPECT_EQ(number_at(arrival, "/counts/waiting"), 1U);
  }
  ana.send(send("1", id, "Buenos días"));
  const json::value gone = bruno.next_of("changes");
  EXPECT_EQ(text_at(gone, "/changes/0/type"), "conversation_gone");
  EXPECT_EQ(text_at(gone, "/changes/0/conversation_id"), id);
  EXPECT_EQ(text_at(gone, "/changes/0/owner/name"), "Ana");
  EXPECT_EQ(number_at(gone, "/counts/waiting"), 0U);
  EXPECT_EQ(gone.at("changes").as_array().size(), 1U);
}

TEST_F(Live, AnswersACommandWithWhatHttpAnswers) {
  RigSocket ana = following("ana");
  const std::string id = rig.waiting_conversation();
  ana.send(send("clave", id, "Buenos días"));
  const json::value done = ana.next_of("done");
  EXPECT_EQ(text_at(done, "/id"), "clave");
  EXPECT_EQ(text_at(done, "/result/message/text"), "Buenos días");
  EXPECT_EQ(text_at(done, "/result/conversation/state"), "attending");
  EXPECT_EQ(number_at(done, "/position"), number_at(done, "/result/position"));
  for (const std::string name : {"read", "close", "reopen", "release", "claim"}) {
    ana.send(command(name, name, id));
    EXPECT_EQ(text_at(ana.next_of("done"), "/id"), name);
  }
  json::object transfer = command("transfer", "transfer", id);
  transfer["body"] = {{"operator_id", rig.viewer("bruno").id.to_string()}};
  ana.send(transfer);
  EXPECT_EQ(text_at(ana.next_of("done"), "/result/conversation/owner/name"), "Bruno");
}

TEST_F(Live, RefusesACommandWithItsProblem) {
  RigSocket ana = following("ana");
  const std::string id = rig.waiting_conversation();
  rig.client("bruno").post(conversation_path(id, "claim"));
  ana.send(send("clave", id, "Buenos días"));
  const json::value refused = ana.next_of("refused");
  EXPECT_EQ(text_at(refused, "/id"), "clave");
  EXPECT_EQ(text_at(refused, "/problem/type"), "/problems/already-claimed");
  EXPECT_EQ(text_at(refused, "/problem/owner/name"), "Bruno");
}

TEST_F(Live, CommandsForOneConversationHappenInTheOrderSent) {
  RigSocket ana = following("ana");
  const std::string id = rig.waiting_conversation();
  constexpr int count = 200;  // more than may be under way at a time
  for (int i = 0; i < count; ++i) ana.send(send(std::to_string(i), id, std::to_string(i)));
  for (int i = 0; i < count; ++i) ana.next_of("done");
  const json::array messages =
      rig.client("ana").list(conversation_path(id, "messages") +
                             "?at_least=" + std::to_string(rig.log().last_position().value()));
  ASSERT_EQ(messages.size(), static_cast<std::size_t>(count) + 1);
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(text_at(messages.at(static_cast<std::size_t>(i)), "/text"),
              std::to_string(count - 1 - i));
  }
}

// F8: the answers are much longer than what asks for them, so that they fill what the network takes
// (4 MB of the sender's, as Linux is set up) while all that was sent is there to be read.
TEST_F(Live, ReadsNoMoreCommandsFromWhoDoesNotTakeTheAnswers) {
  constexpr std::uint64_t count = 3'000;
  const std::string id = rig.waiting_conversation();
  const RigAnswer added = rig.client("sofia").post(
      "/api/v1/quick-replies", {{"title", "Largo"}, {"text", std::string(4'000, 'x')}});
  rig.wait_for_views();
  const std::string quick_reply = text_at(added.body, "/quick_reply/id");
  RigSocket ana = following("ana");
  for (std::uint64_t i = 0; i < count; ++i) {
    json::object frame = command(std::to_string(i), "send_message", id);
    frame["body"] = {{"kind", "quick_reply"}, {"quick_reply_id", quick_reply}};
    ana.send(frame);
  }
  std::uint64_t version = 0;
  const auto has_come_to_rest = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const std::uint64_t before = std::exchange(version, rig.version_of(id).value());
    return version > 2 && version == before;
  };
  ASSERT_TRUE(comes_true(has_come_to_rest));
  EXPECT_LT(version, count);
  for (std::uint64_t i = 0; i < count; ++i) {
    ASSERT_EQ(text_at(ana.next_of("done"), "/id"), std::to_string(i));
  }
  EXPECT_GE(rig.version_of(id).value(), count);
}

TEST_F(Live, HoldsChangesBackUntilTheClientsFirstFrame) {
  RigSocket socket = rig.live("ana");
  const std::uint64_t before = rig.projector().position().value();
  rig.waiting_conversation();
  // Announced, and nevertheless not told before the client has spoken.
  rig.client("ana").get("/api/v1/conversations?at_least=" +
                        std::to_string(rig.log().last_position().value()));
  // The resume is the first frame, so nothing overtakes it and nothing is told twice.
  socket.send({{"type", "resume"}, {"position", before}});
  std::size_t told = 0;
  for (;;) {
    const json::value frame = socket.next();
    ASSERT_FALSE(frame.is_null());
    if (text_at(frame, "/type") == "caught_up") break;
    ASSERT_EQ(text_at(frame, "/type"), "changes");
    for (const json::value& change : frame.at("changes").as_array()) {
      if (text_at(change, "/type") == "message") ++told;
    }
  }
  EXPECT_EQ(told, 1U);
}

TEST_F(Live, GoesLiveByItselfForAClientThatOnlyListens) {
  RigSocket socket = rig.live("ana");
  const std::string id = rig.waiting_conversation();
  EXPECT_EQ(text_at(socket.next_of("changes"), "/changes/0/conversation/id"), id);
}

TEST_F(Live, TellsAClientFromTheFutureToLoadAnew) {
  RigSocket socket = rig.live("ana");
  socket.send({{"type", "resume"}, {"position", 1'000'000}});
  EXPECT_LE(number_at(socket.next_of("resync"), "/position"), rig.log().last_position().value());
  const std::string id = rig.waiting_conversation();
  EXPECT_EQ(text_at(socket.next_of("changes"), "/changes/0/conversation/id"), id);
}

// R4, R5: what everybody holds shows names.
TEST_F(Live, TellsEverybodyToLoadAnewWhenANameChanged) {
  const std::string id = rig.waiting_conversation();
  rig.client("bruno").post(conversation_path(id, "claim"));
  rig.wait_for_views();
  const std::uint64_t before = rig.projector().position().value();
  RigSocket sofia = following("sofia");
  const events::Viewer bruno = rig.viewer("bruno");
  const auto renamed = rig.change_directory(
      actors::ChangeOperator{bruno.id, "Bruno Díaz", bruno.role, bruno.departments});
  ASSERT_TRUE(renamed.has_value());
  const json::value resync = sofia.next();
  ASSERT_EQ(text_at(resync, "/type"), "resync");
  const json::array attended =
      rig.client("sofia").list("/api/v1/conversations?tab=attending&at_least=" +
                               std::to_string(number_at(resync, "/position")));
  ASSERT_EQ(attended.size(), 1U);
  EXPECT_EQ(text_at(attended.at(0), "/owner/name"), "Bruno Díaz");

  // Whoever was away likewise; from where it was told to load anew, it goes on.
  RigSocket carla = rig.live("carla");
  carla.send({{"type", "resume"}, {"position", before}});
  const json::value anew = carla.next();
  ASSERT_EQ(text_at(anew, "/type"), "resync");
  carla.send({{"type", "resume"}, {"position", anew.at("position")}});
  EXPECT_EQ(text_at(carla.next(), "/type"), "caught_up");

  // What else happens in the directory shows nowhere.
  ASSERT_TRUE(rig.change_directory(
      actors::AddOperator{"nueva", "Nueva", events::Role::Operator, bruno.departments}));
  rig.waiting_conversation();
  EXPECT_EQ(text_at(sofia.next(), "/type"), "changes");
}

// The views have the name, and the hub does not yet: what was loaded now has it.
TEST_F(Live, TellsAClientToLoadAnewOnceThoughTheHubIsBehind) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  rig.write(visitor, "Hola");
  rig.wait_for_views();
  RigSocket ana = following("ana");
  RigSocket contact(rig.port(), "/api/v1/webchat/ws?token=" + visitor.token, {});
  const json::value before = contact.next_of("hello").at("position");
  const events::Viewer bruno = rig.viewer("bruno");
  auto held = rig.hold_announcements();
  rig.runtime().ask(events::Who::system(), std::nullopt,
                    actors::ChangeOperator{bruno.id, "Bruno Díaz", bruno.role, bruno.departments},
                    [](const auto&) {});
  ASSERT_TRUE(comes_true(
      [&] { return rig.projector().directory()->names_changed == rig.log().last_position(); }));
  for (RigSocket* socket : {&ana, &contact}) {
    socket->send({{"type", "resume"}, {"position", before}});
    const json::value resync = socket->next();
    ASSERT_EQ(text_at(resync, "/type"), "resync");
    socket->send({{"type", "resume"}, {"position", resync.at("position")}});
    json::value answer = socket->next();
    if (text_at(answer, "/type") == "changes") answer = socket->next();  // a contact's conversation
    EXPECT_EQ(text_at(answer, "/type"), "caught_up");
  }
  held.unlock();
  rig.write(visitor, "¿Hay alguien?");
  for (RigSocket* socket : {&ana, &contact}) {
    EXPECT_EQ(text_at(socket->next(), "/type"), "changes");
  }
}

TEST_F(Live, RelaysTypingToThoseWhoMaySeeItAndToTheContact) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  rig.client("ana").get("/api/v1/conversations?at_least=" +
                        std::to_string(rig.log().last_position().value()));
  RigSocket ana = following("ana");
  RigSocket bruno = following("bruno");
  RigSocket carla = following("carla");
  RigSocket contact(rig.port(), "/api/v1/webchat/ws?token=" + visitor.token, {});
  contact.next_of("hello");
  contact.send({{"type", "resume"}, {"position", rig.projector().position().value()}});
  contact.next_of("caught_up");
  ana.send({{"type", "typing"}, {"conversation_id", id}});
  const json::value told = bruno.next_of("typing");
  EXPECT_EQ(text_at(told, "/conversation_id"), id);
  EXPECT_EQ(text_at(told, "/from"), "operator");
  EXPECT_EQ(text_at(told, "/author/name"), "Ana");
  const json::value contact_told = contact.next_of("typing");
  EXPECT_EQ(json::serialize(contact_told.at("author")), R"({"name":"Ana"})");
  contact.send({{"type", "typing"}});
  EXPECT_EQ(text_at(ana.next_of("typing"), "/from"), "contact");
  EXPECT_EQ(text_at(bruno.next_of("typing"), "/author/name"), "Núñez");
  // Another department's operator was told nothing before this.
  carla.send({{"type", "resume"}, {"position", rig.projector().position().value()}});
  EXPECT_EQ(text_at(carla.next(), "/type"), "caught_up");
}

TEST_F(Live, TypingIsRelayedOnceASecondAtMost) {
  const std::string id = rig.waiting_conversation();
  rig.client("ana").get("/api/v1/conversations?at_least=" +
                        std::to_string(rig.log().last_position().value()));
  RigSocket bruno = following("bruno");
  RigSocket ana = following("ana");
  for (int i = 0; i < 5; ++i) ana.send({{"type", "typing"}, {"conversation_id", id}});
  ana.send(command("1", "read", id));
  ana.next_of("done");
  bruno.next_of("typing");
  bruno.send({{"type", "resume"}, {"position", rig.projector().position().value()}});
  EXPECT_EQ(text_at(bruno.next(), "/type"), "caught_up") << "the other four were dropped";
}

TEST_F(Live, EndsWithItsSession) {
  const std::string token = rig.token("ana");
  RigSocket mine = rig.live_with(token);
  RigSocket other = rig.live("ana");
  EXPECT_EQ(rig.client_with(token).call("DELETE", "/api/v1/session").status, 204U);
  EXPECT_EQ(mine.close_code(), 4401U);
  other.send({{"type", "resume"}, {"position", rig.projector().position().value()}});
  EXPECT_EQ(text_at(other.next(), "/type"), "caught_up") << "another session of the account";
}

struct BadFrame {
  const char* frame;
  const char* problem;
  const char* id;  // null: none could be read
};

TEST_F(Live, AnswersAFrameThatItCannotUnderstand) {
  const std::vector<BadFrame> frames{
      {"", "malformed-json", nullptr},
      {"{", "malformed-json", nullptr},
      {"hola", "malformed-json", nullptr},
      {"[]", "invalid", nullptr},
      {"{}", "invalid", nullptr},
      {R"({"type":7})", "invalid", nullptr},
      {R"({"type":"subscribe"})", "invalid", nullptr},
      {R"({"type":"resume"})", "invalid", nullptr},
      {R"({"type":"resume","position":-1})", "invalid", nullptr},
      {R"({"type":"resume","position":"1"})", "invalid", nullptr},
      {R"({"type":"resume","position":1,"since":2})", "unknown-member", nullptr},
      {R"({"type":"typing"})", "invalid", nullptr},
      {R"({"type":"typing","conversation_id":"nada"})", "invalid", nullptr},
      {R"({"type":"command"})", "invalid", nullptr},
      {R"({"type":"command","id":"k","name":"explode"})", "invalid", "k"},
      {R"({"type":"command","id":"k","name":"claim"})", "invalid", "k"},
      {R"({"type":"command","id":"k","name":"claim","conversation_id":7})", "invalid", "k"},
      {R"({"type":"command","id":"con espacio","name":"claim",
           "conversation_id":"01940000-0000-7000-8000-000000000000"})",
       "bad-idempotency-key", nullptr},
      {R"({"type":"command","id":"k","name":"claim","please":true,
           "conversation_id":"01940000-0000-7000-8000-000000000000"})",
       "unknown-member", "k"},
      {R"({"type":"command","id":"k","name":"claim","body":{"now":1},
           "conversation_id":"01940000-0000-7000-8000-000000000000"})",
       "unknown-member", "k"},
      {R"({"type":"command","id":"k","name":"send_message",
           "conversation_id":"01940000-0000-7000-8000-000000000000"})",
       "invalid", "k"},
      {R"({"type":"command","id":"k","name":"send_message","body":{"kind":"text","text":""},
           "conversation_id":"01940000-0000-7000-8000-000000000000"})",
       "invalid", "k"},
      {R"({"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}})", "malformed-json", nullptr},
  };
  for (const BadFrame& bad : frames) {
    RigSocket socket = rig.live("ana");
    socket.send_text(bad.frame);
    const json::value refused = socket.next_of("refused");
    EXPECT_EQ(text_at(refused, "/problem/type"), std::string("/problems/") + bad.problem)
        << bad.frame;
    if (bad.id == nullptr) {
      EXPECT_TRUE(refused.at("id").is_null()) << bad.frame;
    } else {
      EXPECT_EQ(text_at(refused, "/id"), bad.id) << bad.frame;
    }
  }
}

// F9
TEST_F(Live, AnswersWhatWasAskedBeforeItClosesForMalformedFrames) {
  const std::string id = rig.waiting_conversation();
  RigSocket socket = following("ana");
  for (int i = 0; i < 3; ++i) socket.send(command("k" + std::to_string(i), "read", id));
  for (int i = 0; i < 10; ++i) socket.send_text("{");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(socket.next_of("done").is_null());
  EXPECT_EQ(socket.close_code(), 1008U);
}

TEST_F(Live, RefusesEachOfTheMalformedFramesBeforeTheLast) {
  RigSocket socket = rig.live("ana");
  for (int i = 0; i < 10; ++i) socket.send_text("{");
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(socket.next_of("refused").is_null());
  EXPECT_EQ(socket.close_code(), 1008U);
}

TEST_F(Live, ClosesAfterTenMalformedFramesInARow) {
  RigSocket socket = rig.live("ana");
  for (int i = 0; i < 9; ++i) socket.send_text("{");
  for (int i = 0; i < 9; ++i) socket.next_of("refused");
  // One that is understood begins the count anew.
  socket.send({{"type", "resume"}, {"position", rig.projector().position().value()}});
  socket.next_of("caught_up");
  for (int i = 0; i < 10; ++i) socket.send_text("{");
  EXPECT_EQ(socket.close_code(), 1008U);
}

TEST_F(Live, AValueOutOfBoundsIsNoMalformedFrame) {
  RigSocket socket = rig.live("ana");
  const std::string id = rig.waiting_conversation();
  for (int i = 0; i < 12; ++i) {
    socket.send(send("k" + std::to_string(i), id, std::string(4097, 'a')));
    EXPECT_EQ(text_at(socket.next_of("refused"), "/problem/type"), "/problems/invalid");
  }
  socket.send(send("k", id, std::string(4096, 'a')));
  EXPECT_EQ(text_at(socket.next_of("done"), "/id"), "k");
}

TEST_F(Live, ClosesForFramesThatAreNoTextOrTooLong) {
  RigSocket garbled = rig.live("ana");
  garbled.send_text("\"\xff\xfe\"");
  EXPECT_EQ(garbled.close_code(), 1007U);
  RigSocket binary = rig.live("ana");
  binary.send_text("{}", true);
  EXPECT_EQ(binary.close_code(), 1003U);
  RigSocket huge = rig.live("ana");
  huge.send_text(std::string(65 * 1024, ' '));
  EXPECT_EQ(huge.close_code(), 1009U);
}

TEST_F(Live, NobodyConnectsWithoutASession) {
  const std::string own = "http://127.0.0.1:" + std::to_string(rig.port());
  const std::string cookie = "bitacora_session=" + rig.token("ana");
  struct Try {
    RigHeaders headers;
    unsigned status;
  };
  const std::vector<Try> tries{
      {{}, 401},
      {{{"Authorization", "Bearer nada"}}, 401},
      {{{"Cookie", cookie}}, 401},
      {{{"Cookie", cookie}, {"Origin", "https://evil.example"}}, 403},
      {{{"Cookie", cookie}, {"Origin", own + "0"}}, 403},
      {{{"Cookie", cookie}, {"Origin", "null"}}, 403},
      {{{"Cookie", cookie}, {"Origin", own}}, 0},
  };
  for (const Try& attempt : tries) {
    const RigSocket socket(rig.port(), "/api/v1/ws", attempt.headers);
    EXPECT_EQ(socket.refused_with(), attempt.status)
        << (attempt.headers.empty() ? "" : attempt.headers.back().second);
  }
}

}  // namespace

}  // namespace bitacora::http
