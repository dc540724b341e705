// The operators' desk from end to end, over real sockets: rules M6, M7, C1 to
// C5, L2 to L5, V1.

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "tests/http/server_rig.h"

namespace bitacora::http {

namespace {

class Desk : public testing::Test {
 protected:
  // Ids of the conversations of somebody's tab, in the list's order.
  std::vector<std::string> tab(const std::string& username, const std::string& tab) {
    std::vector<std::string> ids;
    for (const json::value& item : rig.client(username).list("/api/v1/conversations?tab=" + tab +
                                                             "&at_least=" + position())) {
      ids.push_back(text_at(item, "/id"));
    }
    return ids;
  }
  // Of the last event that there is.
  std::string position() { return std::to_string(rig.log().last_position().value()); }
  RigAnswer act(const std::string& username, const std::string& id, const std::string& call,
                const json::object& body = {}) {
    return rig.client(username).post(conversation_path(id, call), body);
  }

  ServerRig rig;
};

using Ids = std::vector<std::string>;

TEST_F(Desk, AContactWritesAndEveryOperatorOfTheDepartmentSeesItInEspera) {
  const std::string id = rig.waiting_conversation("ventas", "¿Hola? ¿Están ahí?");
  EXPECT_EQ(tab("ana", "waiting"), Ids{id});
  EXPECT_EQ(tab("bruno", "waiting"), Ids{id});
  EXPECT_EQ(tab("sofia", "waiting"), Ids{id});
  EXPECT_EQ(tab("aldo", "waiting"), Ids{id});
  EXPECT_EQ(tab("carla", "waiting"), Ids{});
  EXPECT_EQ(tab("admin", "waiting"), Ids{});
  const RigAnswer answer = rig.client("ana").get(conversation_path(id));
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(text_at(answer.body, "/state"), "waiting");
  EXPECT_EQ(text_at(answer.body, "/preview"), "¿Hola? ¿Están ahí?");
  EXPECT_EQ(number_at(answer.body, "/unread"), 1U);
  EXPECT_TRUE(answer.body.at("owner").is_null());
}

TEST_F(Desk, TheFirstReplyMovesItToTheRepliersAttending) {
  const std::string id = rig.waiting_conversation();
  const RigAnswer reply = act("ana", id, "messages", text_body("Buenos días"));
  ASSERT_EQ(reply.status, 201U) << reply.text;
  EXPECT_EQ(text_at(reply.body, "/message/text"), "Buenos días");
  EXPECT_EQ(text_at(reply.body, "/message/author/name"), "Ana");
  EXPECT_EQ(text_at(reply.body, "/conversation/owner/name"), "Ana");
  // The queue follows by itself, so that the log may be further.
  const auto stream = events::StreamId::of(*events::ConversationId::parse(id));
  const auto happened = rig.log().read_stream(stream, events::Version(1), 100).value();
  EXPECT_EQ(number_at(reply.body, "/position"), happened.back()->header.position.value());
  EXPECT_EQ(tab("ana", "attending"), Ids{id});
  EXPECT_EQ(tab("ana", "waiting"), Ids{});
  EXPECT_EQ(tab("bruno", "waiting"), Ids{});
  EXPECT_EQ(tab("bruno", "attending"), Ids{});
  EXPECT_EQ(tab("sofia", "attending"), Ids{id});
  EXPECT_EQ(rig.client("bruno").get(conversation_path(id)).status, 404U);
}

TEST_F(Desk, TheContactReadsTheAnswer) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  const RigAnswer reply = act("ana", id, "messages", text_body("¿En qué puedo ayudarle?"));
  const RigAnswer answer = rig.client_with(visitor.token)
                               .get("/api/v1/webchat/messages?at_least=" +
                                    std::to_string(number_at(reply.body, "/position")));
  ASSERT_EQ(answer.status, 200U) << answer.text;
  ASSERT_EQ(answer.body.at("items").as_array().size(), 2U);
  EXPECT_EQ(text_at(answer.body, "/items/0/text"), "¿En qué puedo ayudarle?");
  EXPECT_EQ(text_at(answer.body, "/items/0/author/name"), "Ana");
  EXPECT_EQ(text_at(answer.body, "/items/1/text"), "Hola");
  EXPECT_EQ(text_at(answer.body, "/conversation/attended_by/name"), "Ana");
}

TEST_F(Desk, OfTwoRepliesAtTheSameInstantOneWinsAndTheOtherIsToldWhoHasIt) {
  for (int round = 0; round < 20; ++round) {
    const std::string id = rig.waiting_conversation();
    RigClient ana = rig.client("ana");
    RigClient bruno = rig.client("bruno");
    RigAnswer of_ana;
    std::thread other(
        [&] { of_ana = ana.post(conversation_path(id, "messages"), text_body("de Ana")); });
    const RigAnswer of_bruno = bruno.post(conversation_path(id, "messages"), text_body("de Bruno"));
    other.join();
    const bool ana_won = of_ana.status == 201;
    const RigAnswer& lost = ana_won ? of_bruno : of_ana;
    EXPECT_EQ((ana_won ? of_ana : of_bruno).status, 201U);
    EXPECT_EQ(lost.status, 409U) << lost.text;
    EXPECT_EQ(lost.problem(), "already-claimed");
    EXPECT_EQ(text_at(lost.body, "/owner/name"), ana_won ? "Ana" : "Bruno");
    const json::array messages =
        rig.client(ana_won ? "ana" : "bruno")
            .list(conversation_path(id, "messages") + "?at_least=" + position());
    EXPECT_EQ(messages.size(), 2U);
  }
}

TEST_F(Desk, ItIsClosedReopenedReleasedAndHandedOver) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  EXPECT_EQ(act("ana", id, "claim").status, 200U);
  EXPECT_EQ(text_at(act("ana", id, "close").body, "/conversation/state"), "closed");
  EXPECT_EQ(tab("ana", "closed"), Ids{id});
  const RigAnswer late = act("ana", id, "messages", text_body("¿Sigue ahí?"));
  EXPECT_EQ(late.problem(), "closed");
  EXPECT_EQ(text_at(act("ana", id, "reopen").body, "/conversation/state"), "attending");
  EXPECT_EQ(text_at(act("ana", id, "release").body, "/conversation/state"), "waiting");
  EXPECT_EQ(tab("bruno", "waiting"), Ids{id});
  EXPECT_EQ(act("bruno", id, "claim").status, 200U);
  const RigAnswer moved =
      act("bruno", id, "transfer", {{"department", "soporte"}, {"note", "Es de ustedes"}});
  ASSERT_EQ(moved.status, 200U) << moved.text;
  EXPECT_EQ(text_at(moved.body, "/conversation/department/slug"), "soporte");
  EXPECT_EQ(tab("carla", "waiting"), Ids{id});
  EXPECT_EQ(tab("bruno", "attending"), Ids{});
  const RigAnswer history = rig.client("carla").get(conversation_path(id, "messages"));
  EXPECT_EQ(text_at(history.body, "/items/0/kind"), "system");
  EXPECT_EQ(text_at(history.body, "/items/0/text"), "Es de ustedes");
  EXPECT_EQ(text_at(history.body, "/items/0/author/name"), "Bruno");
  // What it was told among colleagues is nothing for the contact.
  const RigAnswer theirs = rig.client_with(visitor.token).get("/api/v1/webchat/messages");
  EXPECT_EQ(theirs.body.at("items").as_array().size(), 1U) << theirs.text;
  EXPECT_EQ(theirs.text.find("ustedes"), std::string::npos);
}

TEST_F(Desk, ANewMessageOfTheContactReopensAClosedOneIntoEspera) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  act("ana", id, "claim");
  act("ana", id, "close");
  EXPECT_EQ(rig.write(visitor, "Otra cosa"), id);
  EXPECT_EQ(tab("bruno", "waiting"), Ids{id});
}

TEST_F(Desk, ASupervisorTakesOverAndCannotReplyWithoutThat) {
  const std::string id = rig.waiting_conversation();
  act("ana", id, "claim");
  const RigAnswer reply = act("sofia", id, "messages", text_body("Yo sigo"));
  EXPECT_EQ(reply.problem(), "already-claimed");
  EXPECT_EQ(text_at(reply.body, "/owner/name"), "Ana");
  EXPECT_EQ(text_at(act("sofia", id, "claim").body, "/conversation/owner/name"), "Sofía");
  EXPECT_EQ(tab("ana", "attending"), Ids{});
  EXPECT_EQ(rig.client("sofia")
                .list("/api/v1/conversations?tab=attending&owner=me&at_least=" + position())
                .size(),
            1U);
}

TEST_F(Desk, AQuickReplyIsFilledInByTheServer) {
  const std::string id = rig.waiting_conversation();
  RigClient ana = rig.client("ana");
  const json::array found = ana.list("/api/v1/quick-replies?q=SALUDO");
  ASSERT_EQ(found.size(), 1U);
  const RigAnswer sent = ana.post(conversation_path(id, "messages"),
                                  {{"kind", "quick_reply"}, {"quick_reply_id", found[0].at("id")}});
  ASSERT_EQ(sent.status, 201U) << sent.text;
  EXPECT_EQ(text_at(sent.body, "/message/text"), "Hola Núñez, soy Ana de Ventas.");
  // Another department's quick replies are none of theirs.
  EXPECT_TRUE(ana.list("/api/v1/quick-replies?q=equipo").empty());
  EXPECT_EQ(rig.client("carla").list("/api/v1/quick-replies?q=equipo").size(), 1U);
}

TEST_F(Desk, ReadResetsWhatItsOwnerHasNotRead) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  const std::string id = rig.write(visitor, "Hola");
  act("ana", id, "claim");
  rig.write(visitor, "¿Hay alguien?");
  const RigAnswer read = act("ana", id, "read");
  ASSERT_EQ(read.status, 200U) << read.text;
  EXPECT_EQ(number_at(read.body, "/conversation/unread"), 0U);
  EXPECT_EQ(act("ana", id, "read").status, 200U);
}

TEST_F(Desk, ListsArePagedAndCountedInTheirOrder) {
  Ids oldest_first;
  for (int i = 0; i < 7; ++i) oldest_first.push_back(rig.waiting_conversation());
  RigClient ana = rig.client("ana");
  const RigAnswer page =
      ana.get("/api/v1/conversations?tab=waiting&limit=3&at_least=" + position());
  EXPECT_EQ(page.body.at("items").as_array().size(), 3U);
  Ids listed;
  for (const json::value& item : ana.list("/api/v1/conversations?tab=waiting&limit=3")) {
    listed.push_back(text_at(item, "/id"));
  }
  EXPECT_EQ(listed, oldest_first);
  const RigAnswer counts = ana.get("/api/v1/conversations/counts");
  EXPECT_EQ(number_at(counts.body, "/waiting"), 7U);
  EXPECT_EQ(number_at(counts.body, "/attending"), 0U);
}

TEST_F(Desk, MessagesArePagedNewestFirst) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  std::string id;
  for (int i = 0; i < 5; ++i) id = rig.write(visitor, std::to_string(i));
  std::vector<std::string> texts;
  for (const json::value& item : rig.client("ana").list(conversation_path(id, "messages") +
                                                        "?limit=2&at_least=" + position())) {
    texts.push_back(text_at(item, "/text"));
  }
  EXPECT_EQ(texts, (std::vector<std::string>{"4", "3", "2", "1", "0"}));
}

TEST_F(Desk, AReadOfAPositionThatIsNotThereYetIsLagging) {
  const RigAnswer answer = rig.client("ana").get("/api/v1/conversations?at_least=1000000");
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.problem(), "lagging");
  EXPECT_EQ(answer.header("retry-after"), "1");
}

// M7: the log has them, and the views get there while the read waits, or do not.
TEST_F(Desk, AReadWaitsForItsPositionTwoSecondsAtMost) {
  const ServerRig::Visitor visitor = rig.visitor("ventas", "Núñez");
  rig.wait_for_views();
  const auto read = [&](std::uint64_t position) {
    return rig.client("ana").get("/api/v1/conversations?at_least=" + std::to_string(position));
  };
  const std::uint64_t next = rig.log().last_position().value() + 1;
  auto waiting = std::async(std::launch::async, read, next);
  EXPECT_EQ(waiting.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  rig.write(visitor, "¿Hola?");
  const RigAnswer answer = waiting.get();
  EXPECT_EQ(answer.status, 200U);
  EXPECT_GE(number_at(answer.body, "/position"), next);

  const auto asked_at = std::chrono::steady_clock::now();
  EXPECT_EQ(read(rig.log().last_position().value() + 1'000).problem(), "lagging");
  EXPECT_GE(std::chrono::steady_clock::now() - asked_at, std::chrono::milliseconds(1'900));
}

}  // namespace

}  // namespace bitacora::http
