// Two operators reply to the same waiting conversation at the same instant, 10,000 times.
#include <gtest/gtest.h>

#include <barrier>
#include <boost/json/serialize.hpp>
#include <random>
#include <thread>

#include "tests/acceptance/audit.h"
#include "tests/acceptance/client.h"
#include "tests/acceptance/serving.h"
#include "tools/bench/filler.h"

namespace bitacora::acceptance_test {

namespace {

constexpr std::size_t races = 10'000;
// Replies that both send together after each barrier, so that the machine is not spent on waiting.
constexpr std::size_t at_once = 20;

// What an operator was told of each race: done, or refused with the owner's id.
struct Told {
  bool won = false;
  std::string problem{};
  std::string owner_id{};
  std::string owner_name{};
};

std::string text_by(const std::string& name, std::size_t race) {
  return name + " responde " + std::to_string(race);
}

std::vector<Told> reply_to_all(Live& live, const std::string& name,
                               const std::vector<events::ConversationId>& conversations,
                               std::barrier<>& start) {
  std::vector<Told> told(races);
  for (std::size_t first = 0; first < races; first += at_once) {
    start.arrive_and_wait();
    for (std::size_t race = first; race < first + at_once; ++race) {
      live.send_command(std::to_string(race), "send_message", conversations[race].to_string(),
                        text_body(text_by(name, race)));
    }
    for (std::size_t answered = 0; answered < at_once;) {
      const auto frame = live.next();
      const auto type = text_at(frame, "/type");
      if (frame.is_null()) return told;
      if (type != "done" && type != "refused") continue;
      told[std::stoul(text_at(frame, "/id"))] = {
          .won = type == "done",
          .problem = text_at(frame, "/problem/type"),
          .owner_id = text_at(frame, "/problem/owner/id"),
          .owner_name = text_at(frame, "/problem/owner/name")};
      ++answered;
    }
  }
  return told;
}

}  // namespace

TEST(ClaimRace, OfTwoRepliesAtTheSameInstantOneWinsAndTheOtherIsToldWho) {
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  bench::Company company;
  std::vector<events::ConversationId> conversations;
  {
    bench::Filler filler(data);
    company = filler.add_company(2);
    conversations = filler.add_waiting(company, races);
    filler.finish();
  }
  const auto server = serve({.data = data});
  std::array<std::vector<Told>, 2> told;
  {
    std::array<std::unique_ptr<Live>, 2> lives;
    for (std::size_t i = 0; i < 2; ++i) {
      lives[i] = std::make_unique<Live>(server->port(), company.operators[i].token);
    }
    std::barrier<> start(2);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 2; ++i) {
      threads.emplace_back([&, i] {
        told[i] = reply_to_all(*lives[i], company.operators[i].username, conversations, start);
      });
    }
    for (auto& thread : threads) thread.join();
  }
  EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));

  const auto audit = audit_folder(data);
  std::array<std::size_t, 2> wins{};
  std::size_t named = 0;
  std::size_t written = 0;
  for (std::size_t race = 0; race < races; ++race) {
    ASSERT_NE(told[0][race].won, told[1][race].won) << "race " << race;
    const std::size_t winner = told[0][race].won ? 0 : 1;
    const auto& loser = told[1 - winner][race];
    const auto& owner = company.operators[winner];
    ++wins[winner];
    named += loser.problem == "/problems/already-claimed" &&
                     loser.owner_id == owner.id.to_string() && loser.owner_name == owner.username
                 ? 1
                 : 0;
    const auto of_winner = audit.messages.find(text_by(owner.username, race));
    written += of_winner != audit.messages.end() && of_winner->second == 1 ? 1 : 0;
    EXPECT_FALSE(audit.messages.contains(text_by(company.operators[1 - winner].username, race)));
  }
  EXPECT_EQ(named, races);
  EXPECT_EQ(written, races);
  EXPECT_EQ(audit.count("MessageSent"), races);
  EXPECT_EQ(audit.count("ConversationClaimed"), races);
  // They did race.
  EXPECT_GT(std::min(wins[0], wins[1]), races / 100);
  std::cout << "won: " << wins[0] << " and " << wins[1] << std::endl;
  expect_views_equal_rebuilt(data);
}

}  // namespace bitacora::acceptance_test
