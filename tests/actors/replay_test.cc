// A command happens once: its key gives the first answer again, after a restart too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/actors/company.h"

namespace bitacora::actors {
namespace {

using events::ConversationStatus;
using events::ErrorCode;
using events::StreamId;

void expect_same_answer(const ConversationOutcome& again, const ConversationOutcome& first) {
  EXPECT_TRUE(again.replayed);
  EXPECT_FALSE(first.replayed);
  EXPECT_EQ(again.conversation_id, first.conversation_id);
  EXPECT_EQ(again.conversation, first.conversation);
  EXPECT_EQ(again.message, first.message);
  EXPECT_EQ(again.position, first.position);
}

TEST(Replay, AnswersARepeatedReplyAsItWasThen) {
  Company company;
  const auto id = company.conversation();
  const auto first = wait(company.ask(id, company.ana, reply("uno"), key("k")));
  ASSERT_TRUE(wait(company.ask(id, company.ana, reply("dos"))).has_value());
  const auto again = wait(company.ask(id, company.ana, reply("uno"), key("k")));
  ASSERT_TRUE(first.has_value() && again.has_value());
  expect_same_answer(*again, *first);
  EXPECT_EQ(company.texts(id), (std::vector<std::string>{"Hola", "uno", "dos"}));
}

TEST(Replay, AnswersARepeatedReplyAfterTheConversationWasTakenAway) {
  Company company;
  const auto id = company.conversation();
  const auto first = wait(company.ask(id, company.ana, reply("uno"), key("k")));
  ASSERT_TRUE(wait(company.ask(id, company.sofia, Claim{})).has_value());
  const auto again = wait(company.ask(id, company.ana, reply("uno"), key("k")));
  ASSERT_TRUE(again.has_value()) << again.error().detail;
  expect_same_answer(*again, *first);
  const auto other = wait(company.ask(id, company.ana, reply("uno"), key("k2")));
  EXPECT_EQ(other.error().code, ErrorCode::AlreadyClaimed);
}

TEST(Replay, AnswersCommandsThatWouldDoNothingTheSecondTime) {
  Company company;
  const auto id = company.conversation();
  const auto first = wait(company.ask(id, company.ana, Close{}, key("k")));
  ASSERT_TRUE(first.has_value());
  const auto again = wait(company.ask(id, company.ana, Close{}, key("k")));
  ASSERT_TRUE(again.has_value());
  expect_same_answer(*again, *first);
  const auto other = wait(company.ask(id, company.ana, Close{}, key("k2")));
  ASSERT_TRUE(other.has_value());
  EXPECT_FALSE(other->replayed);
  EXPECT_EQ(other->position, first->position);
}

TEST(Replay, AnswersACommandThatChangedNothingWithoutDoingItLater) {
  Company company;
  const auto id = company.conversation();
  ASSERT_TRUE(wait(company.ask(id, company.ana, reply("uno"))).has_value());
  ASSERT_TRUE(wait(company.ask(id, company.ana, Close{})).has_value());
  const auto first = wait(company.ask(id, company.ana, Close{}, key("k")));
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(first->replayed);
  ASSERT_TRUE(wait(company.ask(id, company.ana, Reopen{})).has_value());
  // Not the log's last position, which the department's queue moves when it follows.
  const auto version = company.log().head(StreamId::of(id)).value();
  const auto again = wait(company.ask(id, company.ana, Close{}, key("k")));
  ASSERT_TRUE(again.has_value()) << again.error().detail;
  expect_same_answer(*again, *first);
  EXPECT_EQ(company.log().head(StreamId::of(id)).value(), version) << "what is open now stays open";
  EXPECT_EQ(wait(company.ask(id, company.ana, Release{}, key("k", "other"))).error().code,
            ErrorCode::IdempotencyKeyReused);
}

TEST(Replay, TellsNoMessageOfACommandThatChangedNothing) {
  Company company;
  const auto id = company.conversation();
  ASSERT_TRUE(wait(company.ask(id, company.ana, reply("uno"))).has_value());
  const auto first = wait(company.ask(id, company.ana, Claim{}, key("k")));
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(first->message);
  const auto again = wait(company.ask(id, company.ana, Claim{}, key("k")));
  ASSERT_TRUE(again.has_value());
  expect_same_answer(*again, *first);
}

TEST(Replay, TellsCommandsOfDifferentPeopleWithTheSameKeyApart) {
  Company company;
  const auto id = company.conversation();
  ASSERT_TRUE(wait(company.ask(id, company.ana, reply("de Ana"), key("k"))).has_value());
  ASSERT_TRUE(wait(company.ask(id, company.sofia, Claim{}, key("claim"))).has_value());
  const auto second = wait(company.ask(id, company.sofia, reply("de Sofía"), key("k")));
  ASSERT_TRUE(second.has_value());
  EXPECT_FALSE(second->replayed);
}

TEST(Replay, RefusesAKeyThatComesWithAnotherRequest) {
  Company company;
  const auto contact = company.contact();
  const auto opened = wait(company.write(contact, "Hola", key("w", "Hola")));
  const auto id = opened->conversation_id;
  ASSERT_TRUE(wait(company.ask(id, company.ana, reply("uno"), key("k", "uno"))).has_value());
  const auto changed = wait(company.ask(id, company.ana, reply("dos"), key("k", "dos")));
  EXPECT_EQ(changed.error().code, ErrorCode::IdempotencyKeyReused);
  const auto refused = wait(company.ask(id, company.ana, reply(""), key("k", "")));
  EXPECT_EQ(refused.error().code, ErrorCode::IdempotencyKeyReused);
  const auto written = wait(company.write(contact, "Adiós", key("w", "Adiós")));
  EXPECT_EQ(written.error().code, ErrorCode::IdempotencyKeyReused);
}

TEST(Replay, DoesNotRememberRefusals) {
  Company company;
  const auto id = company.conversation();
  const auto refused = wait(company.ask(id, company.carla, Claim{}, key("k")));
  EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
  ASSERT_TRUE(
      wait(company.ask(id, company.ana, Transfer{.department_id = company.soporte})).has_value());
  const auto later = wait(company.ask(id, company.carla, Claim{}, key("k")));
  ASSERT_TRUE(later.has_value());
  EXPECT_FALSE(later->replayed);
}

TEST(Replay, AnswersManyAtOnceWithOneKeyWithOneMessage) {
  Company company;
  const auto id = company.conversation();
  std::vector<Answer<ConversationOutcome>> answers;
  for (int i = 0; i < 50; ++i) {
    answers.push_back(company.ask(id, company.ana, reply("uno"), key("k")));
  }
  int fresh = 0;
  std::set<events::MessageId> messages;
  for (auto& each : answers) {
    const auto outcome = wait(each);
    ASSERT_TRUE(outcome.has_value()) << outcome.error().detail;
    if (!outcome->replayed) ++fresh;
    messages.insert(outcome->message->id);
  }
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(messages.size(), 1U);
  EXPECT_EQ(company.texts(id), (std::vector<std::string>{"Hola", "uno"}));
}

TEST(Replay, FindsTheConversationThatAFirstMessageOpenedBeforeARestart) {
  Company company;
  const auto contact = company.contact();
  const auto first = wait(company.write(contact, "Hola", key("k")));
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(wait(company.ask(first->conversation_id, company.ana, reply("Diga"))).has_value());
  company.stop();
  company.start();
  const auto again = wait(company.write(contact, "Hola", key("k")));
  ASSERT_TRUE(again.has_value()) << again.error().detail;
  expect_same_answer(*again, *first);
  EXPECT_EQ(again->conversation.facts.status, ConversationStatus::Waiting);
  EXPECT_EQ(company.texts(first->conversation_id), (std::vector<std::string>{"Hola", "Diga"}));
  EXPECT_EQ(company.stream(StreamId::of(contact)).size(), 2U);
}

TEST(Replay, RegistersAContactOnceForAKeyBeforeAndAfterARestart) {
  Company company;
  const auto first = wait(company.enrol("Lucía", key("k")));
  ASSERT_TRUE(first.has_value());
  for (int round = 0; round < 2; ++round) {
    const auto again = wait(company.enrol("Lucía", key("k")));
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->contact_id, first->contact_id);
    EXPECT_EQ(again->contact, first->contact);
    EXPECT_EQ(again->position, first->position);
    company.stop();
    company.start();
  }
  EXPECT_EQ(wait(company.enrol("Luz", key("k", "other"))).error().code,
            ErrorCode::IdempotencyKeyReused);
}

TEST(Replay, ChangesTheDirectoryOnceForAKeyBeforeAndAfterARestart) {
  Company company;
  const AddQuickReply command{"Saludo", "¡Hola!", {}};
  const auto first = wait(company.change(command, key("k")));
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(
      wait(company.change(RemoveQuickReply{events::QuickReplyId(first->subject)})).has_value());
  for (int round = 0; round < 2; ++round) {
    const auto again = wait(company.change(command, key("k")));
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->subject, first->subject);
    EXPECT_EQ(*again->directory, *first->directory);
    EXPECT_EQ(again->position, first->position);
    company.stop();
    company.start();
  }
  const auto slug = wait(company.change(AddDepartment{"ventas", "Otra"}, key("k2")));
  EXPECT_EQ(slug.error().code, ErrorCode::AlreadyExists);
}

TEST(Replay, RebuildsALongConversationFromItsSnapshot) {
  Company company(std::chrono::milliseconds(5));
  const auto id = company.conversation();
  constexpr int replies = 200;
  std::vector<Answer<ConversationOutcome>> answers;
  for (int i = 0; i < replies; ++i) {
    answers.push_back(
        company.ask(id, company.ana, reply(std::to_string(i)), key(std::to_string(i))));
  }
  std::vector<ConversationOutcome> first;
  for (auto& each : answers) first.push_back(*wait(each));
  company.wait_for_idle_actors_away();
  company.stop();
  company.start();
  const auto snapshot = company.log().read_snapshot(StreamId::of(id));
  ASSERT_TRUE(snapshot.has_value() && snapshot->has_value());
  EXPECT_EQ((*snapshot)->version, first.back().conversation.version);
  for (const int i : {0, 100, replies - 1}) {
    const auto again =
        wait(company.ask(id, company.ana, reply(std::to_string(i)), key(std::to_string(i))));
    ASSERT_TRUE(again.has_value());
    expect_same_answer(*again, first[static_cast<std::size_t>(i)]);
  }
  const auto last = wait(company.ask(id, company.ana, reply("último")));
  EXPECT_EQ(last->conversation.version, first.back().conversation.version.next());
}

}  // namespace
}  // namespace bitacora::actors
