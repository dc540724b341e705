// A contact who sends 20 messages at the same instant, the first ever, over REST and WebSocket.
#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <boost/json/serialize.hpp>
#include <set>
#include <thread>

#include "tests/acceptance/audit.h"
#include "tests/acceptance/client.h"
#include "tests/acceptance/serving.h"

namespace bitacora::acceptance_test {

namespace {

constexpr std::size_t messages = 20;

struct Written {
  std::string conversation_id;
  std::string message_id;
  std::uint64_t position = 0;
};

std::string text_of_message(std::size_t contact, std::size_t i) {
  return "hola " + std::to_string(contact) + " " + std::to_string(i);
}

// Even ones over HTTP, odd ones over a WebSocket of their own, all let go together.
std::vector<Written> send_all_at_once(std::uint16_t port, const std::string& token,
                                      std::size_t contact) {
  std::vector<Written> written(messages);
  std::barrier<> start(messages);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < messages; ++i) {
    threads.emplace_back([&, i] {
      const auto body = text_body(text_of_message(contact, i));
      const std::string key = "k" + std::to_string(i);
      if (i % 2 == 0) {
        Client client(port, token);
        client.get("/api/v1/webchat/messages");
        start.arrive_and_wait();
        const auto answer = client.post("/api/v1/webchat/messages", body, key);
        EXPECT_EQ(answer.status, 201U) << json::serialize(answer.body);
        written[i] = {text_at(answer.body, "/conversation_id"), text_at(answer.body, "/message/id"),
                      count_at(answer.body, "/position")};
      } else {
        Live live(port, token, Live::webchat);
        start.arrive_and_wait();
        live.send_command(key, "send_message", "", body);
        const auto answer = live.answer_to(key);
        EXPECT_EQ(text_at(answer, "/type"), "done") << json::serialize(answer);
        written[i] = {text_at(answer, "/result/conversation_id"),
                      text_at(answer, "/result/message/id"), count_at(answer, "/position")};
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return written;
}

}  // namespace

TEST(FirstMessages, TwentyAtTheSameInstantOpenOneConversationWithTwentyMessages) {
  constexpr std::size_t contacts = 10;
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  const auto server = serve_demo(data);
  std::set<std::string> conversations;
  for (std::size_t contact = 0; contact < contacts; ++contact) {
    const auto visitor =
        register_visitor(server->port(), "ventas", "Contacto " + std::to_string(contact));
    const auto written = send_all_at_once(server->port(), visitor.token, contact);
    std::set<std::string> messages_told;
    std::uint64_t last = 0;
    for (const auto& one : written) {
      EXPECT_EQ(one.conversation_id, written[0].conversation_id);
      messages_told.insert(one.message_id);
      last = std::max(last, one.position);
    }
    EXPECT_EQ(messages_told.size(), messages);
    conversations.insert(written[0].conversation_id);

    std::set<std::string> texts;
    for (const auto& message :
         Client(server->port(), visitor.token)
             .list("/api/v1/webchat/messages?at_least=" + std::to_string(last))) {
      texts.insert(text_at(message, "/text"));
    }
    EXPECT_EQ(texts.size(), messages);
  }
  EXPECT_EQ(conversations.size(), contacts);
  EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));

  const auto audit = audit_folder(data);
  ASSERT_EQ(audit.conversations.size(), contacts);
  for (const auto& [id, events] : audit.conversations) {
    EXPECT_TRUE(conversations.contains(id.to_string()));
    std::size_t received = 0;
    for (const auto& event : events) received += event->header.type == "MessageReceived" ? 1 : 0;
    EXPECT_EQ(received, messages) << id.to_string();
    EXPECT_EQ(events.size(), messages + 1) << id.to_string();
  }
  expect_views_equal_rebuilt(data);
}

}  // namespace bitacora::acceptance_test
