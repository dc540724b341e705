#include "actors/contact_decider.h"

#include <gtest/gtest.h>

#include "tests/actors/people.h"

namespace bitacora::actors {
namespace {

using namespace events;

const ContactId contact = fixed_id<ContactId>(0xab);
const ConversationId fresh_conversation = fixed_id<ConversationId>(77);

ContactState contact_after(ContactState state, const std::vector<ContactEvent>& happened) {
  for (const ContactEvent& event : happened) {
    state = evolve(std::move(state), event, {Position(1), state.version.next(), Instant()});
  }
  return state;
}

ContactState registered() {
  return contact_after({}, {ContactRegistered{"Lucía", "webchat", people.ventas}});
}

TEST(ContactDecider, RegistersOnce) {
  const RegisterContact command{"Lucía", "webchat", people.ventas};
  const auto decided = decide(ContactState{}, command, contact, people.directory);
  ASSERT_TRUE(decided.has_value());
  EXPECT_EQ(*decided,
            (std::vector<ContactEvent>{ContactRegistered{"Lucía", "webchat", people.ventas}}));
  EXPECT_TRUE(decide(registered(), command, contact, people.directory)->empty());
}

TEST(ContactDecider, NamesAVisitorByTheEndOfItsId) {
  const RegisterContact command{"", "webchat", people.ventas};
  const auto decided = decide(ContactState{}, command, contact, people.directory);
  EXPECT_EQ(
      *decided,
      (std::vector<ContactEvent>{ContactRegistered{"Visitante 00ab", "webchat", people.ventas}}));
}

TEST(ContactDecider, RefusesNamesChannelsAndDepartmentsOutOfBounds) {
  std::string eighty;
  for (int i = 0; i < 80; ++i) eighty += "ñ";
  const struct {
    const char* what;
    RegisterContact command;
    bool good;
  } cases[] = {
      {"80 code points", {eighty, "webchat", people.ventas}, true},
      {"81 code points", {eighty + "x", "webchat", people.ventas}, false},
      {"not UTF-8", {"\xc3", "webchat", people.ventas}, false},
      {"a line feed", {"a\nb", "webchat", people.ventas}, false},
      {"NUL", {std::string("a\0b", 3), "webchat", people.ventas}, false},
      {"a C1 control", {"a\xc2\x85", "webchat", people.ventas}, false},
      {"a no-break space", {"a\xc2\xa0z", "webchat", people.ventas}, true},
      {"blank", {"   ", "webchat", people.ventas}, false},
      {"no channel", {"Ana", "", people.ventas}, false},
      {"a channel in capitals", {"Ana", "WEB", people.ventas}, false},
      {"no department", {"Ana", "webchat", fixed_id<DepartmentId>(99)}, false},
  };
  for (const auto& each : cases) {
    const auto decided = decide(ContactState{}, each.command, contact, people.directory);
    EXPECT_EQ(decided.has_value(), each.good) << each.what;
    if (!decided) {
      EXPECT_EQ(decided.error().code, ErrorCode::Invalid) << each.what;
    }
  }
}

TEST(ContactDecider, OpensAConversationWithTheFirstMessageOnly) {
  const ReceiveMessage message{{"Hola"}};
  const auto first = decide(registered(), message, contact, fresh_conversation);
  ASSERT_TRUE(first.has_value() && first->has_value());
  EXPECT_EQ((*first)->contact_event, ContactEvent(ContactConversationOpened{fresh_conversation}));
  EXPECT_EQ((*first)->conversation_events,
            (std::vector<ConversationEvent>{
                ConversationOpened{contact, "Lucía", "webchat", people.ventas},
                MessageReceived{{"Hola"}}}));
  const ContactState opened = contact_after(registered(), {(*first)->contact_event});
  const auto second = decide(opened, message, contact, fixed_id<ConversationId>(78));
  ASSERT_TRUE(second.has_value());
  EXPECT_FALSE(second->has_value());
}

TEST(ContactDecider, RefusesMessagesOfNobodyAndWithoutText) {
  EXPECT_EQ(
      decide(ContactState{}, ReceiveMessage{{"Hola"}}, contact, fresh_conversation).error().code,
      ErrorCode::NotFound);
  EXPECT_EQ(decide(registered(), ReceiveMessage{{""}}, contact, fresh_conversation).error().code,
            ErrorCode::Invalid);
  ReceiveMessage flawed{{}};
  flawed.flaw = error(ErrorCode::NoSuchAttachment, "It is not there.");
  EXPECT_EQ(decide(registered(), flawed, contact, fresh_conversation).error().code,
            ErrorCode::NoSuchAttachment);
}

TEST(ContactDecider, OpensAConversationWithAFile) {
  const MessageContent recording{"", {}, fixed_attachment(70), true};
  const auto first = decide(registered(), ReceiveMessage{recording}, contact, fresh_conversation);
  ASSERT_TRUE(first.has_value() && first->has_value());
  EXPECT_EQ((*first)->conversation_events.back(), ConversationEvent(MessageReceived{recording}));
}

}  // namespace
}  // namespace bitacora::actors
