// States come from events alone: a script of events, and what the state is after each.
#include <gtest/gtest.h>

#include <vector>

#include "events/contact.h"
#include "events/conversation.h"
#include "events/department_queue.h"
#include "events/directory.h"
#include "events/limits.h"
#include "events/text.h"
#include "tests/events/sample_events.h"

namespace bitacora::events {
namespace {

const auto contact = sample_id<ContactId>(2);
const auto ana = sample_id<OperatorId>(3);
const auto bruno = sample_id<OperatorId>(4);
const auto ventas = sample_id<DepartmentId>(5);
const auto soporte = sample_id<DepartmentId>(6);
const auto hello = sample_id<QuickReplyId>(7);

Instant at_ms(std::int64_t ms) { return Instant::from_unix_ms(1'000'000 + ms); }

// Plays events one after the other; the nth has version n, position 10n and time n ms.
template <class State, class Event>
class Story {
 public:
  const State& then(const Event& event) {
    ++count_;
    const EventPlace place{Position(10 * count_), Version(count_),
                           at_ms(static_cast<std::int64_t>(count_))};
    state_ = evolve(state_, event, place);
    EXPECT_EQ(state_.version, Version(count_));
    return state_;
  }

 private:
  State state_;
  std::uint64_t count_ = 0;
};

using ConversationStory = Story<ConversationState, ConversationEvent>;

MessageReceived says(std::string text) { return {{std::move(text), {}}}; }

TEST(ConversationEvolve, BeginsWaitingWithWhatTheContactWrote) {
  ConversationStory story;
  ConversationState state = story.then(ConversationOpened{contact, "Lucía", "webchat", ventas});
  EXPECT_EQ(state.facts, (ConversationFacts{ConversationStatus::Waiting, ventas, {}}));
  EXPECT_EQ(state.contact_id, contact);
  EXPECT_EQ(state.contact_name, "Lucía");
  EXPECT_EQ(state.channel, "webchat");
  EXPECT_EQ(state.opened_at, at_ms(1));
  EXPECT_EQ(state.waiting_since, at_ms(1));
  EXPECT_EQ(state.unread, 0u);
  state = story.then(says("hola"));
  EXPECT_EQ(state.preview, "hola");
  EXPECT_EQ(state.unread, 1u);
  EXPECT_EQ(state.last_message_at, at_ms(2));
  EXPECT_EQ(state.waiting_since, at_ms(1));
  EXPECT_EQ(state.position, Position(20));
}

TEST(ConversationEvolve, HasAnOwnerFromTheClaimOnAndCountsWhatTheyHaveNotRead) {
  ConversationStory story;
  story.then(ConversationOpened{contact, "Lucía", "webchat", ventas});
  story.then(says("hola"));
  ConversationState state = story.then(ConversationClaimed{ana, {}});
  EXPECT_EQ(state.facts, (ConversationFacts{ConversationStatus::Attending, ventas, ana}));
  EXPECT_EQ(state.waiting_since, std::nullopt);
  EXPECT_EQ(state.unread, 1u);
  EXPECT_EQ(story.then(MessageSent{ana, {"buenas", hello}}).unread, 0u);
  EXPECT_EQ(story.then(says("una pregunta")).unread, 1u);
  state = story.then(says("dos"));
  EXPECT_EQ(state.unread, 2u);
  EXPECT_EQ(state.preview, "dos");
  state = story.then(ConversationRead{ana, Version(6)});
  EXPECT_EQ(state.unread, 0u);
  EXPECT_EQ(state.last_message_at, at_ms(6));
  EXPECT_EQ(story.then(ConversationClaimed{bruno, ana}).facts.owner, bruno);
}

TEST(ConversationEvolve, WaitsAgainFromItsReleaseOn) {
  ConversationStory story;
  story.then(ConversationOpened{contact, "Lucía", "webchat", ventas});
  story.then(ConversationClaimed{ana, {}});
  story.then(says("sigo aquí"));
  const ConversationState state = story.then(ConversationReleased{});
  EXPECT_EQ(state.facts, (ConversationFacts{ConversationStatus::Waiting, ventas, {}}));
  EXPECT_EQ(state.waiting_since, at_ms(4));
  EXPECT_EQ(state.unread, 1u);
}

TEST(ConversationEvolve, MovesToADepartmentOrAnOperator) {
  ConversationStory story;
  story.then(ConversationOpened{contact, "Lucía", "webchat", ventas});
  // One that waits already keeps its place in the order.
  ConversationState state = story.then(ConversationTransferred{soporte, {}, ""});
  EXPECT_EQ(state.facts, (ConversationFacts{ConversationStatus::Waiting, soporte, {}}));
  EXPECT_EQ(state.waiting_since, at_ms(1));
  state = story.then(ConversationTransferred{ventas, bruno, "es de ventas"});
  EXPECT_EQ(state.facts, (ConversationFacts{ConversationStatus::Attending, ventas, bruno}));
  EXPECT_EQ(state.waiting_since, std::nullopt);
  state = story.then(ConversationTransferred{soporte, {}, ""});
  EXPECT_EQ(state.facts, (ConversationFacts{ConversationStatus::Waiting, soporte, {}}));
  EXPECT_EQ(state.waiting_since, at_ms(4));
}

TEST(ConversationEvolve, KeepsItsOwnerWhenClosedAndReopensIntoEsperaOrToAnOperator) {
  ConversationStory story;
  story.then(ConversationOpened{contact, "Lucía", "webchat", ventas});
  story.then(ConversationClaimed{ana, {}});
  ConversationState state = story.then(ConversationClosed{});
  EXPECT_EQ(state.facts, (ConversationFacts{ConversationStatus::Closed, ventas, ana}));
  EXPECT_EQ(state.waiting_since, std::nullopt);
  state = story.then(ConversationReopened{});
  EXPECT_EQ(state.facts, (ConversationFacts{ConversationStatus::Waiting, ventas, {}}));
  EXPECT_EQ(state.waiting_since, at_ms(4));
  story.then(ConversationClaimed{ana, {}});
  story.then(ConversationClosed{});
  state = story.then(ConversationReopened{bruno});
  EXPECT_EQ(state.facts, (ConversationFacts{ConversationStatus::Attending, ventas, bruno}));
}

TEST(ConversationEvolve, PreviewsWholeCodePoints) {
  std::string text;
  for (std::size_t i = 0; i < limits::preview_code_points_max + 1; ++i) text += "ñ";
  ConversationStory story;
  story.then(ConversationOpened{contact, "Lucía", "webchat", ventas});
  const std::string preview = story.then(says(text)).preview;
  EXPECT_EQ(code_points(preview), limits::preview_code_points_max);
  EXPECT_TRUE(is_utf8(preview));
}

TEST(ConversationEvolve, ShowsAFileByItsNameAndARecordingByItsLength) {
  ConversationStory story;
  story.then(ConversationOpened{contact, "Lucía", "webchat", ventas});
  ConversationState state =
      story.then(MessageReceived{{"mi caratula", {}, sample_attachment(), false}});
  EXPECT_EQ(state.preview, "📎 Núñez 📎 \"1\".pdf");
  EXPECT_EQ(state.last_recording, std::nullopt);
  state = story.then(MessageReceived{{"", {}, sample_attachment(), true}});
  EXPECT_EQ(state.preview, "🎙");
  EXPECT_EQ(state.last_recording, sample_attachment().id);

  const auto shown = [&](std::optional<std::uint64_t> duration_ms) {
    AttachmentExamined examined;
    examined.duration_ms = duration_ms;
    return with_examination(state, sample_attachment().id, examined, Position(77));
  };
  EXPECT_EQ(shown(12'000).preview, "🎙 0:12");
  EXPECT_EQ(shown(12'001).preview, "🎙 0:13");
  EXPECT_EQ(shown(1).preview, "🎙 0:01");
  EXPECT_EQ(shown(3'671'000).preview, "🎙 61:11");
  EXPECT_EQ(shown({}).preview, "🎙");
  EXPECT_EQ(shown({}).position, Position(77));
  EXPECT_EQ(shown({}).version, state.version);

  state = story.then(says("ya está"));
  EXPECT_EQ(state.preview, "ya está");
  EXPECT_EQ(state.last_recording, std::nullopt);
  EXPECT_EQ(shown(12'000).preview, "ya está");
}

TEST(ConversationEvolve, KnowsHowFarEachSideHasRead) {
  ConversationStory story;
  story.then(ConversationOpened{contact, "Lucía", "webchat", ventas});
  story.then(says("hola"));
  story.then(ConversationClaimed{ana, {}});
  ConversationState state = story.then(MessageSent{ana, {"diga"}});
  EXPECT_EQ(state.last_received, Version(2));
  EXPECT_EQ(state.last_sent, Version(4));
  state = story.then(ConversationRead{ana, Version(4)});
  EXPECT_EQ(state.read_up_to, Version(4));
  state = story.then(MessagesDelivered{Version(4)});
  EXPECT_EQ(state.delivered_up_to, Version(4));
  EXPECT_EQ(state.contact_read_up_to, Version(0));
  story.then(MessageSent{ana, {"¿sigue ahí?"}});
  state = story.then(MessagesReadByContact{Version(7)});
  EXPECT_EQ(state.contact_read_up_to, Version(7));
  EXPECT_EQ(state.delivered_up_to, Version(7)) << "what is read was delivered";
}

TEST(ContactEvolve, NamesItsConversation) {
  Story<ContactState, ContactEvent> story;
  ContactState state = story.then(ContactRegistered{"Lucía", "webchat", ventas});
  EXPECT_EQ(state, (ContactState{true, "Lucía", "webchat", ventas, {}, Version(1)}));
  state = story.then(ContactConversationOpened{sample_id<ConversationId>(1)});
  EXPECT_EQ(state.conversation_id, sample_id<ConversationId>(1));
  EXPECT_EQ(state.name, "Lucía");
}

TEST(DepartmentQueueEvolve, KeepsWhoWaitsOldestFirst) {
  const auto one = sample_id<ConversationId>(1);
  const auto two = sample_id<ConversationId>(2);
  Story<DepartmentQueueState, DepartmentQueueEvent> story;
  story.then(ConversationEnqueued{two, at_ms(20), Position(5)});
  DepartmentQueueState state = story.then(ConversationEnqueued{one, at_ms(10), Position(6)});
  EXPECT_EQ(state.order.begin()->second, one);
  EXPECT_EQ(state.followed, Position(6));
  // The same one again, later: it stands once.
  state = story.then(ConversationEnqueued{one, at_ms(30), Position(7)});
  EXPECT_EQ(state.order.size(), 2u);
  EXPECT_EQ(state.order.begin()->second, two);
  EXPECT_EQ(state.since.at(one), at_ms(30));
  state = story.then(ConversationDequeued{two, DequeueReason::Claimed, 10, Position(8)});
  EXPECT_EQ(state.order.size(), 1u);
  EXPECT_FALSE(state.since.contains(two));
  // Of one that does not wait, nothing changes but how far the queue has followed.
  state = story.then(ConversationDequeued{two, DequeueReason::Closed, 0, Position(9)});
  EXPECT_EQ(state.order.size(), 1u);
  EXPECT_EQ(state.followed, Position(9));
}

TEST(DirectoryEvolve, KeepsTheSitesOfADepartmentAndTheFilesOfQuickReplies) {
  Story<DirectoryState, DirectoryEvent> story;
  story.then(DepartmentAdded{ventas, "ventas", "Ventas"});
  DirectoryState state = story.then(DepartmentOriginsChanged{ventas, {"https://ejemplo.com"}});
  EXPECT_EQ(state.departments.at(ventas).allowed_origins,
            std::set<std::string>{"https://ejemplo.com"});
  state = story.then(DepartmentRenamed{ventas, "Ventas y más"});
  EXPECT_EQ(state.departments.at(ventas).allowed_origins.size(), 1u);
  state = story.then(QuickReplyAdded{hello, "Precios", "Aquí", {}, sample_attachment()});
  EXPECT_EQ(state.quick_replies.at(hello).attachment, sample_attachment());
  state = story.then(QuickReplyChanged{hello, "Precios", "Aquí", {}, {}});
  EXPECT_EQ(state.quick_replies.at(hello).attachment, std::nullopt);
}

TEST(DirectoryEvolve, KeepsDepartmentsOperatorsAndQuickReplies) {
  Story<DirectoryState, DirectoryEvent> story;
  story.then(DepartmentAdded{ventas, "ventas", "Ventas"});
  story.then(DepartmentRenamed{ventas, "Ventas y más"});
  story.then(OperatorAdded{ana, "ana", "Ana", Role::Operator, {ventas}});
  story.then(QuickReplyAdded{hello, "Saludo", "Hola", {}});
  DirectoryState state = story.then(QuickReplyChanged{hello, "Saludo", "Buenas", ventas});
  ASSERT_NE(state.department(ventas), nullptr);
  EXPECT_EQ(state.department(ventas)->name, "Ventas y más");
  EXPECT_EQ(state.department_by_slug("ventas"), state.department(ventas));
  EXPECT_EQ(state.department_by_slug("soporte"), nullptr);
  EXPECT_EQ(state.department(soporte), nullptr);
  EXPECT_EQ(state.operator_by_username("ana"), state.operator_of(ana));
  EXPECT_EQ(state.operator_by_username("Ana"), nullptr);
  EXPECT_EQ(state.operator_of(bruno), nullptr);
  EXPECT_EQ(state.quick_replies.at(hello), (QuickReply{hello, "Saludo", "Buenas", ventas}));
  EXPECT_EQ(state.position, Position(50));
  state = story.then(QuickReplyRemoved{hello});
  EXPECT_TRUE(state.quick_replies.empty());
}

TEST(DirectoryEvolve, RemembersWhenANameChanged) {
  const std::pair<DirectoryEvent, Position> cases[] = {
      {OperatorChanged{ana, "Ana M.", Role::Operator, {ventas}}, Position(30)},
      {DepartmentRenamed{ventas, "Ventas y más"}, Position(30)},
      {OperatorChanged{ana, "Ana", Role::Supervisor, {ventas}}, Position()},
      {DepartmentRenamed{ventas, "Ventas"}, Position()},
      {OperatorAdded{bruno, "bruno", "Bruno", Role::Operator, {ventas}}, Position()},
      {DepartmentAdded{soporte, "soporte", "Soporte"}, Position()},
      {OperatorDeactivated{ana}, Position()},
      {QuickReplyAdded{hello, "Saludo", "Hola", {}}, Position()},
  };
  for (const auto& [event, changed] : cases) {
    Story<DirectoryState, DirectoryEvent> story;
    story.then(DepartmentAdded{ventas, "ventas", "Ventas"});
    story.then(OperatorAdded{ana, "ana", "Ana", Role::Operator, {ventas}});
    EXPECT_EQ(story.then(event).names_changed, changed) << event.index();
    EXPECT_EQ(story.then(QuickReplyRemoved{hello}).names_changed, changed) << event.index();
  }
}

TEST(DirectoryEvolve, RemembersWhenSomebodysAccessChanged) {
  struct Case {
    std::string what;
    DirectoryEvent event;
    Position access_changed;
  };
  const Case cases[] = {
      {"another name", OperatorChanged{ana, "Ana M.", Role::Operator, {ventas}}, Position(10)},
      {"another role", OperatorChanged{ana, "Ana", Role::Supervisor, {ventas}}, Position(20)},
      {"another department", OperatorChanged{ana, "Ana", Role::Operator, {soporte}}, Position(20)},
      {"deactivated", OperatorDeactivated{ana}, Position(20)},
      {"another password", OperatorPasswordChanged{ana}, Position(10)},
  };
  for (const Case& each : cases) {
    Story<DirectoryState, DirectoryEvent> story;
    story.then(OperatorAdded{ana, "ana", "Ana", Role::Operator, {ventas}});
    const DirectoryState state = story.then(each.event);
    EXPECT_EQ(state.operator_of(ana)->access_changed, each.access_changed) << each.what;
    EXPECT_EQ(state.operator_of(ana)->username, "ana");
    EXPECT_EQ(state.operator_of(ana)->active, each.what != "deactivated");
  }
}

}  // namespace
}  // namespace bitacora::events
