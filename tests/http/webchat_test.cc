// The contact's side: rules W1 to W8.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "events/limits.h"
#include "http/assets.h"
#include "http/chat_page.h"
#include "tests/http/server_rig.h"

namespace bitacora::http {

namespace {

class Webchat : public testing::Test {
 protected:
  RigSocket connect(const ServerRig::Visitor& visitor) {
    return {rig.port(), "/api/v1/webchat/ws?token=" + visitor.token, {}};
  }
  ServerRig rig;
};

TEST_F(Webchat, AVisitorIsRegisteredWithANameOrWithout) {
  RigClient anybody = rig.anybody();
  const RigAnswer named =
      anybody.post("/api/v1/webchat/visitors", {{"department", "ventas"}, {"name", "Núñez"}});
  EXPECT_EQ(named.status, 201U) << named.text;
  EXPECT_EQ(text_at(named.body, "/contact/name"), "Núñez");
  const RigAnswer nameless = anybody.post("/api/v1/webchat/visitors", {{"department", "ventas"}});
  EXPECT_EQ(text_at(nameless.body, "/contact/name").substr(0, 10), "Visitante ");
  EXPECT_EQ(anybody.post("/api/v1/webchat/visitors", {{"department", "nada"}}).status, 404U);
  EXPECT_EQ(anybody.get("/api/v1/webchat/messages").status, 401U);
  const RigAnswer forged =
      rig.client_with(text_at(named.body, "/token") + "A").get("/api/v1/webchat/messages");
  EXPECT_EQ(forged.status, 401U);
}

TEST_F(Webchat, TwentyFirstMessagesAtTheSameInstantAreOneConversation) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  std::vector<std::thread> threads;
  std::vector<std::string> ids(20);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    threads.emplace_back([&, i] { ids[i] = rig.write(visitor, std::to_string(i)); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1U);
  const json::array messages = rig.client_with(visitor.token)
                                   .list("/api/v1/webchat/messages?limit=3&at_least=" +
                                         std::to_string(rig.log().last_position().value()));
  EXPECT_EQ(messages.size(), 20U);
}

// W1
TEST_F(Webchat, ATokenInTheAddressOpensTheSocketAlone) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string target = "/api/v1/webchat/messages?token=" + visitor.token;
  for (const RigHeaders& headers : {RigHeaders{}, RigHeaders{{"Upgrade", "websocket"}}}) {
    EXPECT_EQ(rig.anybody().call("GET", target, {}, headers).status, 401U);
    EXPECT_EQ(
        rig.anybody().call("POST", target, json::serialize(text_body("Hola")), headers).status,
        401U);
  }
  EXPECT_FALSE(connect(visitor).next_of("hello").is_null());
}

// F11
TEST_F(Webchat, ASocketWhoseContactCannotBeLookedUpNowIsToldToTryAgain) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  rig.runtime().stop();
  EXPECT_EQ(connect(visitor).close_code(), 1013U);
}

TEST_F(Webchat, TheSocketTellsTheContactItsOwnConversation) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  RigSocket socket = connect(visitor);
  const json::value hello = socket.next_of("hello");
  EXPECT_EQ(text_at(hello, "/contact/name"), "Núñez");
  EXPECT_TRUE(hello.at("conversation").is_null());
  socket.send({{"type", "command"},
               {"id", "uno"},
               {"name", "send_message"},
               {"body", text_body("¿Hola?")}});
  const json::value first = socket.next();
  const json::value second = socket.next();
  const bool done_first = text_at(first, "/type") == "done";
  const json::value& done = done_first ? first : second;
  const json::value& changes = done_first ? second : first;
  EXPECT_EQ(text_at(done, "/result/message/text"), "¿Hola?");
  const std::string id = text_at(done, "/result/conversation_id");
  EXPECT_EQ(text_at(changes, "/changes/0/conversation/state"), "waiting");
  EXPECT_EQ(text_at(changes, "/changes/1/message/text"), "¿Hola?");
  EXPECT_EQ(text_at(changes, "/changes/1/message/author/name"), "Núñez");

  rig.client("ana").post(conversation_path(id, "messages"), text_body("Buenos días"));
  const json::value reply = socket.next_of("changes");
  EXPECT_EQ(text_at(reply, "/changes/0/conversation/attended_by/name"), "Ana");
  EXPECT_EQ(text_at(reply, "/changes/1/message/from"), "operator");
  EXPECT_EQ(text_at(reply, "/changes/1/message/author/name"), "Ana");
  EXPECT_EQ(text_at(reply, "/changes/1/message/author/id"), rig.viewer("ana").id.to_string());

  // A note among colleagues is nothing for the contact; that it waits again is.
  rig.client("ana").post(conversation_path(id, "transfer"),
                         {{"department", "soporte"}, {"note", "ojo"}});
  const json::value moved = socket.next_of("changes");
  EXPECT_EQ(moved.at("changes").as_array().size(), 1U) << json::serialize(moved);
  EXPECT_EQ(text_at(moved, "/changes/0/conversation/state"), "waiting");
}

TEST_F(Webchat, AContactThatWasAwayResumes) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  rig.client_with(visitor.token)
      .get("/api/v1/webchat/messages?at_least=" +
           std::to_string(rig.log().last_position().value()));
  const std::uint64_t position = rig.log().last_position().value();
  for (const char* text : {"uno", "dos", "tres"}) {
    rig.client("ana").post(conversation_path(id, "messages"), text_body(text));
  }
  RigSocket socket = connect(visitor);
  socket.send({{"type", "resume"}, {"position", position}});
  std::vector<std::string> told;
  while (told.size() < 3) {
    const json::value frame = socket.next();
    ASSERT_FALSE(frame.is_null());
    if (text_at(frame, "/type") != "changes") continue;
    for (const json::value& change : frame.at("changes").as_array()) {
      if (text_at(change, "/type") == "message") told.push_back(text_at(change, "/message/text"));
    }
  }
  EXPECT_EQ(told, (std::vector<std::string>{"uno", "dos", "tres"}));
  socket.send({{"type", "resume"}, {"position", 1'000'000}});
  EXPECT_EQ(text_at(socket.next_of("resync"), "/type"), "resync");
}

// R4, R5
TEST_F(Webchat, AContactWhoHoldsAnOldNameLoadsItsMessagesAnew) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  rig.client("ana").post(conversation_path(id, "messages"), text_body("Diga"));
  rig.wait_for_views();
  const std::uint64_t before = rig.projector().position().value();
  const auto resume = [&](std::uint64_t position) {
    RigSocket socket = connect(visitor);
    socket.send({{"type", "resume"}, {"position", position}});
    EXPECT_EQ(text_at(socket.next(), "/type"), "hello");
    return socket;
  };
  RigSocket there = resume(before);
  EXPECT_EQ(text_at(there.next_of("caught_up"), "/type"), "caught_up");
  const events::Viewer ana = rig.viewer("ana");
  const auto renamed =
      rig.change_directory(actors::ChangeOperator{ana.id, "Ana Ruiz", ana.role, ana.departments});
  ASSERT_TRUE(renamed.has_value());
  EXPECT_EQ(text_at(there.next(), "/type"), "resync");
  const RigAnswer page = rig.client_with(visitor.token).get("/api/v1/webchat/messages");
  EXPECT_EQ(text_at(page.body, "/items/0/author/name"), "Ana Ruiz");
  EXPECT_EQ(text_at(page.body, "/conversation/attended_by/name"), "Ana Ruiz");

  RigSocket away = resume(before);
  EXPECT_EQ(text_at(away.next(), "/type"), "resync");
  RigSocket level = resume(number_at(page.body, "/position"));
  EXPECT_EQ(text_at(level.next_of("caught_up"), "/type"), "caught_up");
}

// Rules F12 and F13, for contacts: frames of one message, and one of as many as one mark changed.
TEST(WebchatInPieces, TellsAContactEverythingOnceAndInTheEndAsItIs) {
  RigOptions options;
  options.changes_frame_bytes_max = 500;
  ServerRig rig(options);
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  RigClient ana = rig.client("ana");
  for (int i = 0; i < 60; ++i) {
    ana.post(conversation_path(id, "messages"), text_body("mensaje " + std::to_string(i)));
  }
  std::promise<std::uint64_t> read;
  rig.runtime().ask(*events::ContactId::parse(visitor.contact_id), std::nullopt,
                    actors::MarkReadByContact{events::Version(30)},
                    [&](const auto& done) { read.set_value(done.value().position.value()); });
  const std::uint64_t last = read.get_future().get();
  const RigAnswer whole =
      rig.client_with(visitor.token)
          .get("/api/v1/webchat/messages?limit=200&at_least=" + std::to_string(last));

  RigSocket socket(rig.port(), "/api/v1/webchat/ws?token=" + visitor.token, {});
  socket.next_of("hello");
  socket.send({{"type", "resume"}, {"position", 0}});
  std::map<std::string, json::value> held;
  std::set<std::string> told;
  std::size_t frames = 0;
  std::size_t most_at_once = 0;
  for (json::value frame = socket.next(); text_at(frame, "/type") != "caught_up";
       frame = socket.next()) {
    ASSERT_FALSE(frame.is_null());
    ++frames;
    std::size_t messages = 0;
    for (const json::value& change : frame.at("changes").as_array()) {
      if (text_at(change, "/type") != "message") continue;
      ++messages;
      const json::value& message = change.at("message");
      EXPECT_TRUE(told.insert(json::serialize(message)).second) << json::serialize(message);
      held[text_at(message, "/id")] = message;
    }
    most_at_once = std::max(most_at_once, messages);
  }
  EXPECT_GT(frames, 10U);
  EXPECT_GT(most_at_once, 20U) << "what one mark changed is told together";
  ASSERT_EQ(held.size(), 61U);
  const json::array& items = whole.body.at("items").as_array();
  ASSERT_EQ(items.size(), 61U);
  for (const json::value& message : items) {
    EXPECT_EQ(held.at(text_at(message, "/id")), message);
  }
}

// Messages of the frames up to the next one of the type.
std::size_t messages_before(const std::string& type, RigSocket& socket) {
  std::size_t messages = 0;
  for (json::value frame = socket.next(); text_at(frame, "/type") != type; frame = socket.next()) {
    if (frame.is_null()) break;
    if (text_at(frame, "/type") != "changes") continue;
    for (const json::value& change : frame.at("changes").as_array()) {
      messages += text_at(change, "/type") == "message" ? 1 : 0;
    }
  }
  return messages;
}

// R4
TEST_F(Webchat, AContactThatMissedTooMuchLoadsItsMessagesAnew) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  const std::uint64_t position = rig.log().last_position().value();
  const auto resume = [&] {
    RigSocket socket = connect(visitor);
    socket.next_of("hello");
    socket.send({{"type", "resume"}, {"position", position}});
    return socket;
  };
  // With the conversation they are as many as a resume tells.
  rig.fill_conversation(visitor, id, events::limits::resume_changes_max - 1);
  RigSocket told = resume();
  EXPECT_EQ(messages_before("caught_up", told), events::limits::resume_changes_max - 1);

  rig.fill_conversation(visitor, id, 1);
  RigSocket socket = resume();
  const json::value resync = socket.next();
  ASSERT_EQ(text_at(resync, "/type"), "resync") << json::serialize(resync);
  EXPECT_GT(number_at(resync, "/position"), position);
  rig.write(visitor, "y ahora");
  EXPECT_EQ(text_at(socket.next_of("changes"), "/changes/1/message/text"), "y ahora");
}

// L4, W3: whoever resumes from a page's position is told once of what came after it.
TEST_F(Webchat, APageHasNothingPastItsPosition) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string path = "/api/v1/webchat/messages";
  std::map<std::string, std::uint64_t> positions;
  std::atomic<bool> written{false};
  std::vector<json::value> pages;
  std::thread reading([&] {
    RigClient client = rig.client_with(visitor.token);
    while (!written) pages.push_back(client.get(path + "?limit=5").body);
  });
  RigClient client = rig.client_with(visitor.token);
  for (std::uint32_t i = 0; i < events::limits::contact_messages_per_minute; ++i) {
    const RigAnswer sent = client.post(path, text_body("mensaje " + std::to_string(i)));
    positions[text_at(sent.body, "/message/id")] = number_at(sent.body, "/position");
  }
  written = true;
  reading.join();
  for (const json::value& page : pages) {
    for (const json::value& item : page.at("items").as_array()) {
      EXPECT_LE(positions.at(text_at(item, "/id")), number_at(page, "/position"));
    }
  }
}

TEST_F(Webchat, AMessageFromAnotherConnectionReachesASocketThatHadNoConversation) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  RigSocket socket = connect(visitor);
  socket.next_of("hello");
  rig.write(visitor, "desde otra parte");
  EXPECT_EQ(text_at(socket.next_of("changes"), "/changes/1/message/text"), "desde otra parte");
}

TEST_F(Webchat, AContactWritesSoManyMessagesAMinute) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  RigClient client = rig.client_with(visitor.token);
  RigAnswer last;
  for (std::uint32_t i = 0; i < 2 * events::limits::contact_messages_per_minute; ++i) {
    last = client.post("/api/v1/webchat/messages", text_body("¡Hola!"));
    if (last.status != 201) break;
  }
  EXPECT_EQ(last.status, 429U) << last.text;
  EXPECT_EQ(last.problem(), "too-many-attempts");
  EXPECT_EQ(text_at(last.body, "/title"), "Too many attempts");
  EXPECT_FALSE(last.header("retry-after").empty());
  // Others are not held up.
  EXPECT_FALSE(rig.waiting_conversation().empty());
}

TEST_F(Webchat, AnAddressRegistersSoManyVisitorsAMinuteAndAnAccountMore) {
  RigClient anybody = rig.anybody();
  RigAnswer last;
  for (std::uint32_t i = 0; i < 2 * events::limits::visitors_per_address_per_minute; ++i) {
    last = anybody.post("/api/v1/webchat/visitors", {{"department", "ventas"}});
    if (last.status != 201) break;
  }
  EXPECT_EQ(last.status, 429U) << last.text;
  EXPECT_EQ(rig.client("ana").post("/api/v1/webchat/visitors", {{"department", "ventas"}}).status,
            201U);
}

// W7: of IPv6 a host has more addresses than anybody counts.
TEST(WebchatBehindAProxy, ManyAddressesOfOneHostRegisterAsOne) {
  ServerRig rig({.trusted_proxies = TrustedProxies::parse({"127.0.0.0/8"}).value()});
  RigClient client = rig.anybody();
  const auto registers_from = [&](const std::string& address) {
    return client
        .call("POST", "/api/v1/webchat/visitors", R"({"department":"ventas"})",
              {{"X-Forwarded-For", address}})
        .status;
  };
  unsigned last = 201;
  for (std::uint32_t i = 0; last == 201 && i < 2 * events::limits::visitors_per_address_per_minute;
       ++i) {
    last = registers_from("2001:db8:1:2::" + std::to_string(i));
  }
  EXPECT_EQ(last, 429U);
  EXPECT_EQ(registers_from("2001:db8:1:3::1"), 201U);
}

TEST_F(Webchat, BadBodiesAreRefused) {
  RigClient client = rig.client_with(rig.visitor("ventas", "Núñez").token);
  struct Body {
    const char* body;
    const char* problem;
  };
  for (const Body& bad :
       std::vector<Body>{{"", "malformed-json"},
                         {"{", "malformed-json"},
                         {"{}", "invalid"},
                         {R"({"kind":"text"})", "invalid"},
                         {R"({"kind":"text","text":""})", "invalid"},
                         {R"({"kind":"text","text":7})", "invalid"},
                         {R"({"kind":"text","text":"a","x":1})", "unknown-member"},
                         {R"({"kind":"quick_reply","quick_reply_id":"a"})", "invalid"},
                         {R"({"kind":"attachment","attachment_id":"a"})", "invalid"},
                         {R"({"kind":"voice","attachment_id":"a"})", "invalid"}}) {
    const RigAnswer answer = client.call("POST", "/api/v1/webchat/messages", bad.body);
    EXPECT_EQ(answer.problem(), bad.problem) << bad.body << answer.text;
  }
}

TEST_F(Webchat, ThePageIsThereForADepartmentThatIsThere) {
  RigClient anybody = rig.anybody();
  EXPECT_EQ(anybody.get("/chat?department=nada").status, 404U);
  const RigAnswer page = anybody.get("/chat?department=ventas");
  // A program that was built without the console has no page, and says so.
  EXPECT_EQ(page.status, carried_assets().empty() ? 404U : 200U);
  EXPECT_EQ(page.text.find("La &quot;Tienda&quot; &amp; Cía") == std::string::npos,
            carried_assets().empty());
}

TEST(ChatPage, NamesTheCompanyWhereThePageHasAPlaceForIt) {
  EXPECT_EQ(name_company(R"(<meta name="company" content="Bitácora" /><p>)", R"(<b>"A&B")"),
            R"(<meta name="company" content="&lt;b&gt;&quot;A&amp;B&quot;" /><p>)");
  EXPECT_EQ(name_company("<p>nothing</p>", "A"), "<p>nothing</p>");
}

}  // namespace

}  // namespace bitacora::http
