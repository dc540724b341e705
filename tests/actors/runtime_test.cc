// The runtime over a real log and real views: what a client of it may rely on.
#include "actors/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "projections/inbox.h"
#include "tests/actors/company.h"

namespace bitacora::actors {
namespace {

using events::ConversationStatus;
using events::ErrorCode;
using events::StreamId;
using testing::ElementsAre;

TEST(Runtime, CarriesAMessageFromAContactToAnOperatorAndBack) {
  Company company;
  const auto contact = company.contact("Lucía");
  const auto opened = wait(company.write(contact, "¿Tienen stock?"));
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;
  EXPECT_EQ(opened->conversation.facts.status, ConversationStatus::Waiting);
  EXPECT_EQ(opened->conversation.contact_name, "Lucía");
  ASSERT_TRUE(opened->message.has_value());
  EXPECT_EQ(opened->message->text, "¿Tienen stock?");
  EXPECT_EQ(opened->position,
            company.last_of({StreamId::of(contact), StreamId::of(opened->conversation_id)}));

  const auto answered = wait(company.ask(opened->conversation_id, company.ana, reply("Sí")));
  ASSERT_TRUE(answered.has_value()) << answered.error().detail;
  EXPECT_EQ(answered->conversation.facts.status, ConversationStatus::Attending);
  EXPECT_EQ(answered->conversation.facts.owner, company.ana);
  EXPECT_EQ(answered->message->operator_id, company.ana);
  EXPECT_THAT(company.texts(opened->conversation_id), ElementsAre("¿Tienen stock?", "Sí"));
}

TEST(Runtime, LetsExactlyOneOfTwoOperatorsWinEachConversation) {
  Company company;
  constexpr int conversations = 1'000;
  std::vector<Answer<ContactOutcome>> registered;
  for (int i = 0; i < conversations; ++i) registered.push_back(company.enrol("Contacto"));
  std::vector<Answer<ConversationOutcome>> opened;
  for (auto& each : registered) opened.push_back(company.write(wait(each)->contact_id, "Hola"));
  std::vector<events::ConversationId> ids;
  for (auto& each : opened) ids.push_back(wait(each)->conversation_id);

  std::vector<Answer<ConversationOutcome>> of_ana(ids.size());
  std::vector<Answer<ConversationOutcome>> of_bruno(ids.size());
  const auto race = [&](const events::OperatorId& who, auto& answers) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      answers[i] = company.ask(ids[i], who, reply("Soy yo"));
    }
  };
  std::thread ana([&] { race(company.ana, of_ana); });
  std::thread bruno([&] { race(company.bruno, of_bruno); });
  ana.join();
  bruno.join();

  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto first = wait(of_ana[i]);
    const auto second = wait(of_bruno[i]);
    ASSERT_NE(first.has_value(), second.has_value()) << "conversation " << i;
    const auto& lost = first ? second : first;
    const auto& winner = first ? company.ana : company.bruno;
    EXPECT_EQ(lost.error().code, ErrorCode::AlreadyClaimed);
    EXPECT_EQ(lost.error().owner, (events::OwnerName{winner, first ? "Ana Ribas" : "Bruno Díaz"}));
    const auto happened = company.stream(StreamId::of(ids[i]));
    EXPECT_EQ(happened.size(), 4U);  // opened, received, claimed, sent
  }
  EXPECT_EQ(company.runtime().figures().commands_in_flight, 0U);
}

TEST(Runtime, OpensOneConversationForTwentyFirstMessagesAndKeepsTheirOrder) {
  Company company;
  const auto contact = company.contact();
  std::vector<Answer<ConversationOutcome>> answers;
  std::vector<std::string> texts;
  for (int i = 0; i < 20; ++i) {
    texts.push_back("mensaje " + std::to_string(i));
    answers.push_back(company.write(contact, texts.back()));
  }
  std::set<events::ConversationId> ids;
  for (auto& each : answers) {
    const auto outcome = wait(each);
    ASSERT_TRUE(outcome.has_value()) << outcome.error().detail;
    ids.insert(outcome->conversation_id);
  }
  ASSERT_EQ(ids.size(), 1U);
  EXPECT_EQ(company.texts(*ids.begin()), texts);
  EXPECT_EQ(company.stream(StreamId::of(contact)).size(), 2U);  // registered, opened
}

TEST(Runtime, TakesFirstMessagesOfOneContactFromManyThreads) {
  Company company;
  const auto contact = company.contact();
  std::mutex mutex;
  std::vector<Answer<ConversationOutcome>> answers;
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&, i] {
      auto answer = company.write(contact, std::to_string(i));
      const std::lock_guard lock(mutex);
      answers.push_back(std::move(answer));
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<events::ConversationId> ids;
  for (auto& each : answers) ids.insert(wait(each)->conversation_id);
  ASSERT_EQ(ids.size(), 1U);
  const auto texts = company.texts(*ids.begin());
  EXPECT_EQ(texts.size(), 20U);
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), 20U);
}

TEST(Runtime, RefusesWhatDoesNotExistAndKeepsNothingAwakeForIt) {
  Company company;
  const auto now = events::SystemClock().now();
  const auto no_conversation =
      wait(company.ask(events::ConversationId::make(now), company.ana, Claim{}, key("k")));
  EXPECT_EQ(no_conversation.error().code, ErrorCode::NotFound);
  const auto no_contact = wait(company.write(events::ContactId::make(now), "Hola", key("k")));
  EXPECT_EQ(no_contact.error().code, ErrorCode::NotFound);
  EXPECT_EQ(wait(company.find(events::ContactId::make(now))).error().code, ErrorCode::NotFound);
  const auto unnamed = wait(company.enrol(std::string(81, 'x')));
  EXPECT_EQ(unnamed.error().code, ErrorCode::Invalid);
  company.wait_for_idle_actors_away();
}

TEST(Runtime, FindsAContactAsItsStreamSays) {
  Company company;
  const auto contact = company.contact("Lucía");
  const auto opened = wait(company.write(contact, "Hola"));
  company.stop();
  company.start();
  const auto found = wait(company.find(contact));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->contact.name, "Lucía");
  EXPECT_EQ(found->contact.conversation_id, opened->conversation_id);
  EXPECT_GT(found->position, events::Position());
  EXPECT_LE(found->position, opened->position);
}

TEST(Runtime, NamesAContactThatGivesNoName) {
  Company company;
  const auto outcome = wait(company.enrol(""));
  const std::string id = outcome->contact_id.to_string();
  EXPECT_EQ(outcome->contact.name, "Visitante " + id.substr(id.size() - 4));
}

TEST(Runtime, ReopensAClosedConversationWhenItsContactWrites) {
  Company company;
  const auto contact = company.contact();
  const auto id = wait(company.write(contact, "Hola"))->conversation_id;
  ASSERT_TRUE(wait(company.ask(id, company.ana, Close{})).has_value());
  const auto again = wait(company.write(contact, "Otra cosa"));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->conversation_id, id);
  EXPECT_EQ(again->conversation.facts.status, ConversationStatus::Waiting);
  EXPECT_EQ(again->conversation.facts.owner, std::nullopt);
}

TEST(Runtime, KnowsAnOperatorAsSoonAsOneWasAdded) {
  Company company;
  const auto id = company.conversation();
  const auto added =
      wait(company.change(AddOperator{"dora", "Dora", events::Role::Operator, {company.ventas}}));
  const events::OperatorId dora(added->subject);
  const auto moved = wait(company.ask(id, company.sofia, Transfer{.operator_id = dora}));
  ASSERT_TRUE(moved.has_value()) << moved.error().detail;
  EXPECT_EQ(moved->conversation.facts.owner, dora);
}

TEST(Runtime, AnnouncesEverythingOnceAndInOrder) {
  Company company;
  for (int i = 0; i < 20; ++i) {
    const auto id = company.conversation();
    ASSERT_TRUE(wait(company.ask(id, company.ana, reply("Diga"))).has_value());
  }
  company.wait_for_views();
  const auto last = company.log().last_position();
  company.runtime().stop();
  events::Position reached;
  for (const auto& announcement : company.announced()) {
    EXPECT_EQ(announcement->from, reached);
    EXPECT_GT(announcement->to, announcement->from);
    reached = announcement->to;
  }
  EXPECT_GE(reached, last);
  EXPECT_EQ(reached, company.log().last_position());
}

}  // namespace
}  // namespace bitacora::actors
