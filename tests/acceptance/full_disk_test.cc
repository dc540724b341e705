// A disk that is nearly full, and one that cannot be written any more: rule E5.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <fstream>

#include "tests/acceptance/audit.h"
#include "tests/acceptance/client.h"
#include "tests/acceptance/serving.h"
#include "tools/bench/filler.h"

namespace bitacora::acceptance_test {

namespace {

struct Filled {
  bench::Company company{};
  events::ConversationId waiting{};
  events::ConversationId attended{};
  std::vector<bench::Visitor> visitors{};
};

Filled fill(const std::filesystem::path& data) {
  Filled filled;
  bench::Filler filler(data);
  filled.company = filler.add_company(1);
  const auto conversations = filler.add_waiting(filled.company, 2);
  filler.claim_in_turn(filled.company, {conversations[1]});
  filled.waiting = conversations[0];
  filled.attended = conversations[1];
  filled.visitors = filler.add_visitors(filled.company, 1);
  filler.finish();
  return filled;
}

}  // namespace

TEST(FullDisk, BelowTheWatermarkChangesAreRefusedAndReadsAreServed) {
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  const auto filled = fill(data);
  const auto config = folder.path() / "bitacora.toml";
  std::ofstream(config) << "free_space_watermark_bytes = 4000000000000000000\n";
  const auto before = audit_folder(data).last;
  {
    const auto server = serve({.data = data, .arguments = {"--config", config.string()}});
    Client ana(server->port(), filled.company.operators[0].token);
    Client contact(server->port(), filled.visitors[0].token);
    const auto attended = filled.attended.to_string();
    const auto waiting = filled.waiting.to_string();
    for (const auto& answer :
         {ana.post(conversation_path(attended, "messages"), text_body("no cabe"), "k1"),
          ana.post(conversation_path(waiting, "claim")),
          ana.post(conversation_path(attended, "close")),
          contact.post("/api/v1/webchat/messages", text_body("tampoco cabe"), "k2"),
          contact.post("/api/v1/webchat/visitors", {{"department", "ventas"}})}) {
      EXPECT_EQ(answer.status, 507U) << json::serialize(answer.body);
      EXPECT_EQ(text_at(answer.body, "/type"), "/problems/storage-full");
    }
    Live live(server->port(), filled.company.operators[0].token);
    live.send_command("k3", "send_message", attended, text_body("ni por aquí"));
    const auto refused = live.answer_to("k3");
    EXPECT_EQ(text_at(refused, "/type"), "refused") << json::serialize(refused);
    EXPECT_EQ(text_at(refused, "/problem/type"), "/problems/storage-full");

    EXPECT_EQ(ana.list("/api/v1/conversations?tab=waiting").size(), 1U);
    EXPECT_EQ(ana.list("/api/v1/conversations?tab=attending").size(), 1U);
    EXPECT_EQ(ana.list(conversation_path(attended, "messages")).size(), 2U);
    EXPECT_EQ(ana.get("/healthz").status, 200U);
    EXPECT_EQ(ana.get("/readyz").status, 503U);
    EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));
  }
  EXPECT_EQ(audit_folder(data).last, before);

  // With room again the same keys go through: a refusal is not stored.
  const auto server = serve({.data = data});
  Client ana(server->port(), filled.company.operators[0].token);
  const auto answer = ana.post(conversation_path(filled.attended.to_string(), "messages"),
                               text_body("no cabe"), "k1");
  EXPECT_EQ(answer.status, 201U) << json::serialize(answer.body);
  EXPECT_FALSE(answer.replayed);
  EXPECT_EQ(ana.get("/readyz").status, 200U);
}

TEST(FullDisk, AWriteErrorOfTheLogEndsTheProcessWith74AndLosesNothing) {
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  const auto filled = fill(data);
  const auto target = conversation_path(filled.attended.to_string(), "messages");
  std::vector<std::string> acknowledged;
  {
    // No file may grow beyond this: the log's write-ahead log meets it first. The media worker's
    // program is one of the files, and larger than itself with a sanitizer in it.
    const auto server = serve({.data = data, .file_bytes_max = 4096 * 1024});
    Client ana(server->port(), filled.company.operators[0].token);
    constexpr std::size_t messages_max = 20'000;
    for (std::size_t i = 0; i < messages_max; ++i) {
      const std::string text = "mensaje " + std::to_string(i) + " " + std::string(2000, 'x');
      const auto answer = ana.try_post(target, text_body(text), std::to_string(i));
      if (answer.status != 201) break;
      acknowledged.push_back(text);
    }
    EXPECT_GT(acknowledged.size(), 50U);
    EXPECT_LT(acknowledged.size(), messages_max);
    EXPECT_EQ(server->process().wait(std::chrono::seconds(60)), (bench::ExitStatus{.code = 74}));
  }
  {
    const auto server = serve({.data = data});
    Client ana(server->port(), filled.company.operators[0].token);
    EXPECT_EQ(ana.post(target, text_body("sigue"), "after").status, 201U);
    EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));
  }
  const auto audit = audit_folder(data);
  for (const auto& text : acknowledged) {
    const auto found = audit.messages.find(text);
    EXPECT_EQ(found == audit.messages.end() ? 0 : found->second, 1) << text.substr(0, 20);
  }
  expect_views_equal_rebuilt(data);
}

}  // namespace bitacora::acceptance_test
