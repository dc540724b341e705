// The actors step by step: what happens when messages cross, when answers do not come, and when
// actors die.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "events/codec.h"
#include "tests/actors/stage.h"

namespace bitacora::actors {
namespace {

using namespace std::chrono_literals;
using events::ErrorCode;
using events::StreamId;

SendReply reply(const std::string& text) { return SendReply{{text}}; }

Idempotency key(const std::string& key) { return {key, events::sha256("request")}; }

std::vector<std::string> texts(const std::vector<events::RecordedEventPtr>& stream) {
  std::vector<std::string> texts;
  for (const auto& recorded : stream) {
    if (const auto message = projections::message_of(*recorded)) texts.push_back(message->text);
  }
  return texts;
}

TEST(Interleaving, LetsOneOfTwoRepliesWinInWhateverOrderActorsRun) {
  Stage stage;
  for (unsigned seed = 1; seed <= 50; ++seed) {
    std::minstd_rand random(seed);
    const auto id = stage.conversation();
    const auto ana = stage.ask(id, stage.people.ana, reply("Soy Ana"));
    for (auto steps = random() % 12; steps > 0; --steps) stage.run_any(random);
    const auto bruno = stage.ask(id, stage.people.bruno, reply("Soy Bruno"));
    while (stage.run_any(random)) {
    }
    ASSERT_TRUE(ana->has_value() && bruno->has_value()) << "seed " << seed;
    ASSERT_NE((*ana)->has_value(), (*bruno)->has_value()) << "seed " << seed;
    const auto& lost = (*ana)->has_value() ? *bruno : *ana;
    EXPECT_EQ(lost->error().code, ErrorCode::AlreadyClaimed) << "seed " << seed;
    EXPECT_EQ(stage.stream(StreamId::of(id)).size(), 4U) << "seed " << seed;
  }
}

TEST(Interleaving, KeepsTheOrderOfAContactsMessagesInWhateverOrderActorsRun) {
  Stage stage;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::minstd_rand random(seed);
    const auto contact = stage.contact();
    std::vector<Got<ConversationOutcome>> got;
    std::vector<std::string> written;
    for (int i = 0; i < 8; ++i) {
      written.push_back(std::to_string(i));
      got.push_back(stage.write(contact, written.back()));
      for (auto steps = random() % 6; steps > 0; --steps) stage.run_any(random);
    }
    while (stage.run_any(random)) {
    }
    const auto id = (*got.front())->value().conversation_id;
    for (const auto& each : got) EXPECT_EQ((*each)->value().conversation_id, id);
    EXPECT_EQ(texts(stage.stream(StreamId::of(id))), written) << "seed " << seed;
  }
}

TEST(Interleaving, LosesNoCommandThatRacesWithPuttingItsActorAway) {
  Stage stage;
  const auto contact = stage.contact();
  const auto opened = stage.write(contact, "0");
  stage.run();
  const auto id = (*opened)->value().conversation_id;
  std::vector<std::string> written{"0"};
  for (unsigned seed = 1; seed <= 100; ++seed) {
    std::minstd_rand random(seed);
    stage.pass(stage.actor_idle);  // everybody is idle now, and is about to be asked to rest
    std::vector<Got<ConversationOutcome>> got;
    for (int i = 0; i < 3; ++i) {
      for (auto steps = random() % 5; steps > 0; --steps) stage.run_any(random);
      written.push_back(std::to_string(seed) + "." + std::to_string(i));
      got.push_back(stage.write(contact, written.back()));
    }
    while (stage.run_any(random)) {
    }
    for (const auto& each : got) {
      ASSERT_TRUE(each->has_value()) << "seed " << seed;
      ASSERT_TRUE((*each)->has_value()) << "seed " << seed << ": " << (*each)->error().detail;
    }
  }
  EXPECT_EQ(texts(stage.stream(StreamId::of(id))), written);
}

TEST(Interleaving, PutsIdleActorsAwayAndWakesThemAgain) {
  Stage stage;
  const auto id = stage.conversation();
  EXPECT_EQ(stage.actors_live(), 1U);  // the contact; nobody has asked the conversation yet
  const auto first = stage.ask(id, stage.people.ana, reply("Diga"));
  stage.run();
  EXPECT_EQ(stage.actors_live(), 2U);
  stage.pass(stage.actor_idle);
  stage.run();
  EXPECT_EQ(stage.actors_live(), 0U);
  const auto second = stage.ask(id, stage.people.ana, reply("¿Sigue ahí?"));
  stage.run();
  ASSERT_TRUE((*second)->has_value());
  EXPECT_EQ((*second)->value().conversation.version, events::Version(5));
  EXPECT_EQ(stage.actors_live(), 1U);
}

TEST(Interleaving, PutsAwayWhoWakesWhileAllArePutAway) {
  Stage stage;
  const auto id = stage.conversation();
  stage.appends.holds = true;
  const auto busy = stage.ask(id, stage.people.ana, reply("Diga"));
  stage.run();
  const auto away = stage.put_all_away();
  stage.run();
  ASSERT_FALSE(*away);  // one waits for the log
  stage.wake_queue(stage.people.ventas);
  stage.run();
  stage.release();
  EXPECT_TRUE((*busy)->has_value());
  EXPECT_TRUE(*away);
  EXPECT_EQ(stage.actors_live(), 0U);
}

TEST(Interleaving, WakesNoQueueOnceTheFollowerStops) {
  Stage stage;
  stage.stop_a_follower_that_begins();
  stage.run();
  EXPECT_EQ(stage.actors_live(), 0U);
}

TEST(Interleaving, AnswersUnavailableWhenAnAppendIsOverdueAndRebuildsFromTheLog) {
  Stage stage;
  const auto id = stage.conversation();
  stage.appends.holds = true;
  const auto first = stage.ask(id, stage.people.ana, reply("uno"), key("k1"));
  const auto behind = stage.ask(id, stage.people.ana, reply("dos"), key("k2"));
  stage.run();
  stage.pass(events::limits::append_timeout / 2);
  stage.run();
  EXPECT_FALSE(first->has_value());
  stage.pass(events::limits::append_timeout);
  stage.run();
  ASSERT_TRUE(first->has_value() && behind->has_value());
  EXPECT_EQ((*first)->error().code, ErrorCode::Unavailable);
  EXPECT_EQ((*behind)->error().code, ErrorCode::Unavailable);
  EXPECT_EQ(stage.in_flight(), 0U);

  // The append happened after all: the same key finds it, and what came behind it is sent once.
  stage.release();
  const auto again = stage.ask(id, stage.people.ana, reply("uno"), key("k1"));
  const auto behind_again = stage.ask(id, stage.people.ana, reply("dos"), key("k2"));
  stage.run();
  ASSERT_TRUE((*again)->has_value()) << (*again)->error().detail;
  EXPECT_TRUE((*again)->value().replayed);
  EXPECT_EQ((*again)->value().message->text, "uno");
  ASSERT_TRUE((*behind_again)->has_value());
  EXPECT_FALSE((*behind_again)->value().replayed);
  EXPECT_EQ(texts(stage.stream(StreamId::of(id))),
            (std::vector<std::string>{"Hola", "uno", "dos"}));
}

TEST(Interleaving, DecidesAgainWhenAnAppendOfUnknownOutcomeCameFirst) {
  Stage stage;
  const auto id = stage.conversation();
  stage.appends.holds = true;
  const auto lost = stage.ask(id, stage.people.ana, reply("Soy Ana"));
  stage.run();
  stage.pass(events::limits::append_timeout * 2);
  stage.run();
  EXPECT_EQ((*lost)->error().code, ErrorCode::Unavailable);
  // Bruno's is decided before Ana's append has happened, and appended behind it.
  const auto bruno = stage.ask(id, stage.people.bruno, reply("Soy Bruno"));
  stage.run();
  stage.release();
  ASSERT_TRUE(bruno->has_value());
  EXPECT_EQ((*bruno)->error().code, ErrorCode::AlreadyClaimed);
  EXPECT_EQ((*bruno)->error().owner->id, stage.people.ana);
}

// The first append of a contact's first message is late: given up, and asked for again with its
// key.
void expect_one_conversation(Stage& stage, const std::optional<events::Attachment>& attachment) {
  const auto contact = stage.contact();
  stage.appends.holds = true;
  const auto lost = stage.write(contact, "Hola", key("k"), attachment);
  stage.run();
  stage.pass(events::limits::append_timeout * 2);
  stage.run();
  EXPECT_EQ((*lost)->error().code, ErrorCode::Unavailable);
  const auto again = stage.write(contact, "Hola", key("k"), attachment);
  stage.run();  // decided on a log that has no conversation yet
  stage.release();
  ASSERT_TRUE(again->has_value());
  ASSERT_TRUE((*again)->has_value()) << (*again)->error().detail;
  EXPECT_TRUE((*again)->value().replayed);
  const auto id = (*again)->value().conversation_id;
  EXPECT_EQ(texts(stage.stream(StreamId::of(id))), (std::vector<std::string>{"Hola"}));
  EXPECT_EQ(stage.stream(StreamId::of(contact)).size(), 2U);
}

TEST(Interleaving, OpensOneConversationWhenTheFirstAppendWasOfUnknownOutcome) {
  Stage stage;
  expect_one_conversation(stage, std::nullopt);
}

TEST(Interleaving, OpensOneConversationWhenTheFirstAppendOfAFileWasOfUnknownOutcome) {
  Stage stage;
  expect_one_conversation(stage, fixed_attachment(70));
}

TEST(Interleaving, AnswersTheCallersOfAnActorThatDies) {
  Stage stage;
  const auto id = stage.conversation();
  const auto warm = stage.ask(id, stage.people.ana, MarkRead{});
  stage.run();
  stage.clock->fails = true;
  const auto first = stage.ask(id, stage.people.ana, reply("uno"));
  const auto behind = stage.ask(id, stage.people.ana, reply("dos"));
  stage.run();
  stage.clock->fails = false;
  ASSERT_TRUE(first->has_value() && behind->has_value());
  EXPECT_EQ((*first)->error().code, ErrorCode::Unavailable);
  EXPECT_EQ((*behind)->error().code, ErrorCode::Unavailable);
  const auto later = stage.ask(id, stage.people.ana, reply("tres"));
  stage.run();
  ASSERT_TRUE((*later)->has_value());
  EXPECT_EQ(texts(stage.stream(StreamId::of(id))), (std::vector<std::string>{"Hola", "tres"}));
  EXPECT_EQ(stage.in_flight(), 0U);
}

TEST(Interleaving, AnswersWithTheLogsRefusalAndGoesOn) {
  Stage stage;
  const auto id = stage.conversation();
  stage.appends.holds = true;
  const auto refused = stage.ask(id, stage.people.ana, reply("uno"));
  stage.run();
  stage.refuse(events::error(ErrorCode::StorageFull, "full"));
  EXPECT_EQ((*refused)->error().code, ErrorCode::StorageFull);
  const auto later = stage.ask(id, stage.people.ana, reply("dos"));
  stage.run();
  EXPECT_TRUE((*later)->has_value());
}

TEST(Interleaving, WritesNothingWhileTheViewsStandStillFarBehind) {
  Stage stage;
  const auto id = stage.conversation();
  constexpr std::size_t far_behind = events::limits::projection_lag_events_max + 1;
  stage.lag->committed(far_behind);
  for (const std::string text : {"uno", "dos"}) {
    const auto refused = stage.ask(id, stage.people.ana, reply(text));
    stage.run();
    ASSERT_FALSE((*refused)->has_value()) << text;
    EXPECT_EQ((*refused)->error().code, ErrorCode::Overloaded) << text;
    EXPECT_TRUE((*refused)->error().retry_after_s) << text;
  }
  stage.lag->applied(far_behind);
  const auto later = stage.ask(id, stage.people.ana, reply("tres"));
  stage.run();
  ASSERT_TRUE((*later)->has_value());
  EXPECT_EQ(texts(stage.stream(StreamId::of(id))), (std::vector<std::string>{"Hola", "tres"}));
}

}  // namespace
}  // namespace bitacora::actors
