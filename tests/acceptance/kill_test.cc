// The server is killed (SIGKILL) at random moments, while clients write and retry with their keys:
// rules E4 and I2.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <random>

#include "tests/acceptance/audit.h"
#include "tests/acceptance/retrying_client.h"
#include "tests/acceptance/serving.h"
#include "tests/shared_folder.h"
#include "tools/bench/filler.h"

namespace bitacora::acceptance_test {

namespace {

constexpr std::size_t operator_clients = 8;
constexpr std::size_t contact_clients = 8;
constexpr std::size_t kills = 50;
// The last ones: every start with files left to look into starts the media process too, and takes
// longer for it.
constexpr std::size_t kills_with_files = 15;
// A contact may write 120 messages a minute; each client goes through contacts of its own.
constexpr std::size_t messages_of_a_visitor = 20;
constexpr std::size_t visitors_each = 400;

struct Load {
  bench::Company company{};
  std::vector<events::ConversationId> attended{};
  std::vector<bench::Visitor> visitors{};
  ServerAddress address{};
  Acknowledged acknowledged{};
  SentFile file{"captura.png", read_file(attachments_folder() / "captura-transparente.png")};
  // Of the files that were sent; the writer's until it has ended.
  std::set<std::string> attachments{};
};

void expect_written(Load& load, const std::optional<Answer>& answer, const std::string& text) {
  if (!answer) return;
  EXPECT_EQ(answer->status, 201U) << text << ": " << json::serialize(answer->body);
  EXPECT_EQ(text_at(answer->body, "/message/text"), text);
  if (answer->status == 201) load.acknowledged.add(text);
}

// Replies in the operator's own conversations, in turn.
void reply_on_and_on(Load& load, std::size_t number) {
  RetryingClient client(load.address, load.company.operators[number].token);
  for (std::size_t i = 0;; ++i) {
    const std::size_t own = load.attended.size() / operator_clients;
    const auto& id = load.attended[number + i % own * operator_clients];
    const std::string text = "operador " + std::to_string(number) + " mensaje " + std::to_string(i);
    const auto answer = client.post(conversation_path(id.to_string(), "messages"), text_body(text),
                                    "r-" + std::to_string(i));
    expect_written(load, answer, text);
    if (!answer) return;
  }
}

// Writes as one contact after the other: first messages, which open, and later ones.
void write_on_and_on(Load& load, std::size_t number) {
  for (std::size_t i = 0; i < visitors_each; ++i) {
    const auto& visitor = load.visitors[number * visitors_each + i];
    RetryingClient client(load.address, visitor.token);
    for (std::size_t k = 0; k < messages_of_a_visitor; ++k) {
      const std::string text = "contacto " + std::to_string(number) + "/" + std::to_string(i) +
                               " mensaje " + std::to_string(k);
      const auto answer =
          client.post("/api/v1/webchat/messages", text_body(text), "w-" + std::to_string(k));
      expect_written(load, answer, text);
      if (!answer) return;
    }
  }
}

// Sends the file in the first operator's first conversation, each time uploaded anew: begun, sent
// and attached with keys, and sent on from wherever a kill has cut it.
void send_files_on_and_on(Load& load) {
  RetryingClient client(load.address, load.company.operators[0].token);
  for (std::size_t i = 0;; ++i) {
    const std::string caption = "fichero mensaje " + std::to_string(i);
    Upload upload(operators_side, load.file, "u-" + std::to_string(i));
    if (!client.upload(upload)) return;
    const auto id = upload.attachment_id();
    const auto answer = client.post(conversation_path(load.attended[0].to_string(), "messages"),
                                    file_body(id, caption), "f-" + std::to_string(i));
    if (!answer) return;
    EXPECT_EQ(answer->status, 201U) << caption << ": " << json::serialize(answer->body);
    EXPECT_EQ(text_at(answer->body, "/message/caption"), caption);
    EXPECT_EQ(text_at(answer->body, "/message/attachment/id"), id);
    if (answer->status != 201) return;
    load.acknowledged.add(caption);
    load.attachments.insert(id);
  }
}

// Every file that was acknowledged is there, byte for byte, and is looked into.
void expect_files_there(Load& load, std::uint16_t port) {
  Client client(port, load.company.operators[0].token);
  const auto messages = conversation_path(load.attended[0].to_string(), "messages");
  const auto examined = await_examinations(client, messages, load.attachments);
  EXPECT_EQ(examined.size(), load.attachments.size());
  for (const auto& id : load.attachments) {
    const auto answer = client.http().get("/api/v1/attachments/" + id);
    ASSERT_TRUE(answer) << id;
    EXPECT_TRUE(answer->status == 200 && answer->body == load.file.bytes) << id;
  }
}

void fill_load(Load& load, const std::filesystem::path& data) {
  bench::Filler filler(data);
  load.company = filler.add_company(operator_clients);
  load.attended = filler.add_waiting(load.company, operator_clients * 10);
  filler.claim_in_turn(load.company, load.attended);
  load.visitors = filler.add_visitors(load.company, contact_clients * visitors_each);
  filler.finish();
}

void expect_one_conversation_a_contact(const LogAudit& audit) {
  std::map<events::ContactId, int> opened;
  for (const auto& [id, events] : audit.conversations) {
    const auto* first = std::get_if<events::ConversationEvent>(&events.front()->event);
    ASSERT_NE(first, nullptr);
    ++opened[std::get<events::ConversationOpened>(*first).contact_id];
  }
  for (const auto& [contact, count] : opened) EXPECT_EQ(count, 1) << contact.to_string();
}

// Of the log: what has been written, if not synced yet.
std::uintmax_t write_ahead_bytes(const std::filesystem::path& data) {
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(data / "log")) {
    if (file.path().extension() == ".log") bytes += file.file_size();
  }
  return bytes;
}

// A server that is killed before it listens, or right when it does.
void kill_while_it_starts(const std::filesystem::path& data, std::chrono::milliseconds after) {
  const auto server =
      bench::ServerProcess::start({.program = program(), .data = data, .ready_timeout = after});
  if (server) (*server)->kill();
}

}  // namespace

TEST(Kill, KeepsEveryAcknowledgedMessageOnceThroughFiftyKillsUnderLoad) {
  std::mt19937_64 random(random_seed());
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  Load load;
  fill_load(load, data);

  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < operator_clients; ++i) {
    clients.emplace_back([&load, i] { reply_on_and_on(load, i); });
  }
  for (std::size_t i = 0; i < contact_clients; ++i) {
    clients.emplace_back([&load, i] { write_on_and_on(load, i); });
  }
  for (std::size_t kill = 0; kill < kills; ++kill) {
    if (kill == kills - kills_with_files) {
      clients.emplace_back([&load] { send_files_on_and_on(load); });
    }
    const auto server = serve({.data = data});
    load.address.up_at(server->port());
    EXPECT_TRUE(load.acknowledged.wait_for_more(random() % 120)) << "before kill " << kill;
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 5'000));
    server->kill();
    // What the kill has left is being mended when the next one comes.
    if (kill % 5 == 0) kill_while_it_starts(data, std::chrono::milliseconds(random() % 100));
  }
  {
    // Everybody's last message is acknowledged by a server that lives.
    const auto server = serve({.data = data});
    load.address.up_at(server->port());
    EXPECT_TRUE(load.acknowledged.wait_for_more(200));
    load.address.over();
    for (auto& client : clients) client.join();
    expect_files_there(load, server->port());
    EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));
  }

  const auto audit = audit_folder(data);
  const auto acknowledged = load.acknowledged.texts();
  std::cout << acknowledged.size() << " messages acknowledged, " << load.attachments.size()
            << " of them files, log at " << audit.last.value() << std::endl;
  EXPECT_EQ(audit.attachments.size(), load.attachments.size());
  for (const auto& text : acknowledged) {
    const auto found = audit.messages.find(text);
    EXPECT_EQ(found == audit.messages.end() ? 0 : found->second, 1) << text;
  }
  for (const auto& [text, count] : audit.messages) {
    if (text.find(" mensaje ") != std::string::npos) {
      EXPECT_EQ(count, 1) << text;
    }
  }
  expect_one_conversation_a_contact(audit);
  expect_views_equal_rebuilt(data);
}

TEST(Kill, AFirstMessageRetriedWithItsKeyAfterAKillOpensOneConversation) {
  constexpr std::size_t rounds = 12;
  std::mt19937_64 random(random_seed());
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  std::vector<bench::Visitor> visitors;
  std::size_t written_unanswered = 0;
  {
    bench::Filler filler(data);
    visitors = filler.add_visitors(filler.add_company(1), rounds);
    filler.finish();
  }
  for (std::size_t round = 0; round < rounds; ++round) {
    ServerAddress address;
    auto server = serve({.data = data});
    address.up_at(server->port());
    const std::string text = "primer mensaje " + std::to_string(round);
    const std::uintmax_t before = write_ahead_bytes(data);
    std::optional<Answer> answer;
    std::thread writer([&] {
      RetryingClient client(address, visitors[round].token);
      answer = client.post("/api/v1/webchat/messages", text_body(text), "first");
    });
    // In turns: before, while or after the message is written, as it happens; and when it has been,
    // but was not answered yet.
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 6000);
    const bool waits_for_it = round % 2 == 1;
    while (waits_for_it ? write_ahead_bytes(data) == before
                        : std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
    }
    server->kill();
    server = serve({.data = data});
    address.up_at(server->port());
    writer.join();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 201U) << json::serialize(answer->body);
    written_unanswered += answer->replayed ? 1 : 0;
    // And once more, as a client does that has not seen the answer.
    const auto again = Client(server->port(), visitors[round].token)
                           .post("/api/v1/webchat/messages", text_body(text), "first");
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(at(again.body, "/message"), at(answer->body, "/message"));
    EXPECT_EQ(at(again.body, "/conversation_id"), at(answer->body, "/conversation_id"));
    EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));
  }
  EXPECT_GT(written_unanswered, 0U);
  std::cout << written_unanswered << " written, but not answered before the kill" << std::endl;
  const auto audit = audit_folder(data);
  EXPECT_EQ(audit.conversations.size(), rounds);
  EXPECT_EQ(audit.count("MessageReceived"), rounds);
  expect_one_conversation_a_contact(audit);
  expect_views_equal_rebuilt(data);
}

}  // namespace bitacora::acceptance_test
