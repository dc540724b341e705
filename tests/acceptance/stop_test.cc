// SIGTERM under load: what was acknowledged stays, and every socket is told 1001.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <csignal>
#include <thread>

#include "tests/acceptance/audit.h"
#include "tests/acceptance/retrying_client.h"
#include "tests/acceptance/serving.h"
#include "tools/bench/filler.h"

namespace bitacora::acceptance_test {

namespace {

constexpr std::size_t live_operators = 16;
constexpr std::size_t in_flight_max = 16;

// Sends until the server closes; what is answered is acknowledged. The close code, or 0.
std::uint16_t send_until_closed(Live& live, std::size_t number, const std::string& conversation,
                                Acknowledged& acknowledged) {
  auto& socket = live.socket();
  std::size_t sent = 0;
  std::size_t answered = 0;
  const auto text_of_message = [&](const std::string& i) {
    return "operador " + std::to_string(number) + " mensaje " + i;
  };
  while (!socket.closed()) {
    for (; sent - answered < in_flight_max; ++sent) {
      const std::string id = std::to_string(sent);
      const auto written =
          socket.send(json::serialize(json::object{{"type", "command"},
                                                   {"id", id},
                                                   {"name", "send_message"},
                                                   {"conversation_id", conversation},
                                                   {"body", text_body(text_of_message(id))}}));
      if (!written) break;
    }
    while (const auto frame = socket.receive()) {
      const auto told = read_json(*frame);
      if (text_at(told, "/type") != "done") continue;
      acknowledged.add(text_of_message(text_at(told, "/id")));
      ++answered;
      break;
    }
  }
  return socket.close_code().value_or(0);
}

}  // namespace

TEST(Stop, KeepsWhatWasAcknowledgedAndTellsEverySocket1001) {
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  bench::Company company;
  std::vector<events::ConversationId> conversations;
  std::vector<bench::Visitor> visitors;
  {
    bench::Filler filler(data);
    company = filler.add_company(live_operators);
    conversations = filler.add_waiting(company, live_operators);
    filler.claim_in_turn(company, conversations);
    visitors = filler.add_visitors(company, 1);
    filler.finish();
  }
  const auto server = serve({.data = data});
  Live idle(server->port(), company.operators[0].token);
  Live contact(server->port(), visitors[0].token, Live::webchat);
  Acknowledged acknowledged;
  std::vector<std::uint16_t> codes(live_operators);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < live_operators; ++i) {
    threads.emplace_back([&, i] {
      Live live(server->port(), company.operators[i].token);
      codes[i] = send_until_closed(live, i, conversations[i].to_string(), acknowledged);
    });
  }
  EXPECT_TRUE(acknowledged.wait_for_more(500));
  server->process().send_signal(SIGTERM);
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(server->process().wait(std::chrono::seconds(60)), (bench::ExitStatus{.code = 0}));
  for (const auto code : codes) EXPECT_EQ(code, 1001);
  for (auto* live : {&idle, &contact}) {
    while (live->socket().receive(std::chrono::seconds(10))) {
    }
    EXPECT_EQ(live->socket().close_code(), 1001);
  }

  const auto audit = audit_folder(data);
  const auto texts = acknowledged.texts();
  std::cout << texts.size() << " messages acknowledged before the stop" << std::endl;
  for (const auto& text : texts) {
    const auto found = audit.messages.find(text);
    EXPECT_EQ(found == audit.messages.end() ? 0 : found->second, 1) << text;
  }
  expect_views_equal_rebuilt(data);
}

}  // namespace bitacora::acceptance_test
