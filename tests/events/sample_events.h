// One event of every type, and some with every optional member, for table-driven tests.
#pragma once

#include <string>
#include <vector>

#include "events/event.h"

namespace bitacora::events {

// An id that is the same in every run: 00000000-0000-7000-8000-0000000000NN.
template <class IdType>
IdType sample_id(std::uint8_t last) {
  UuidBytes bytes{};
  bytes[6] = 0x70;
  bytes[8] = 0x80;
  bytes[15] = last;
  return IdType(bytes);
}

inline Instant sample_time() { return Instant::from_unix_ms(1'795'363'054'123); }

// What JSON has to escape, and code points of 1 to 4 bytes.
inline std::string sample_text() { return "¿Qué \"tal\"?\n\t\\ 😀 \u2028 \x01 €/"; }

struct SampleEvent {
  std::string type;
  Event event;
};

inline std::vector<SampleEvent> sample_events() {
  const auto conversation = sample_id<ConversationId>(1);
  const auto contact = sample_id<ContactId>(2);
  const auto ana = sample_id<OperatorId>(3);
  const auto bruno = sample_id<OperatorId>(4);
  const auto ventas = sample_id<DepartmentId>(5);
  const auto soporte = sample_id<DepartmentId>(6);
  const auto hello = sample_id<QuickReplyId>(7);
  const auto conversation_event = [](auto event) { return Event(ConversationEvent(event)); };
  const auto contact_event = [](auto event) { return Event(ContactEvent(event)); };
  const auto queue_event = [](auto event) { return Event(DepartmentQueueEvent(event)); };
  const auto directory_event = [](auto event) { return Event(DirectoryEvent(event)); };
  return {
      {"ConversationOpened",
       conversation_event(ConversationOpened{contact, "Lucía", "webchat", ventas})},
      {"MessageReceived", conversation_event(MessageReceived{{sample_text(), {}}})},
      {"MessageReceived", conversation_event(MessageReceived{{"hola", hello}})},
      {"MessageSent", conversation_event(MessageSent{ana, {sample_text(), {}}})},
      {"MessageSent", conversation_event(MessageSent{ana, {"Buenos días", hello}})},
      {"ConversationClaimed", conversation_event(ConversationClaimed{ana, {}})},
      {"ConversationClaimed", conversation_event(ConversationClaimed{bruno, ana})},
      {"ConversationReleased", conversation_event(ConversationReleased{})},
      {"ConversationTransferred", conversation_event(ConversationTransferred{soporte, {}, ""})},
      {"ConversationTransferred",
       conversation_event(ConversationTransferred{soporte, bruno, "pide factura"})},
      {"ConversationClosed", conversation_event(ConversationClosed{})},
      {"ConversationReopened", conversation_event(ConversationReopened{})},
      {"ConversationReopened", conversation_event(ConversationReopened{ana})},
      {"ConversationRead", conversation_event(ConversationRead{ana, Version(17)})},
      {"ContactRegistered", contact_event(ContactRegistered{"Lucía", "webchat", ventas})},
      {"ContactConversationOpened", contact_event(ContactConversationOpened{conversation})},
      {"ConversationEnqueued",
       queue_event(ConversationEnqueued{conversation, sample_time(), Position(9)})},
      {"ConversationDequeued",
       queue_event(ConversationDequeued{conversation, DequeueReason::Claimed, 0, Position(10)})},
      {"ConversationDequeued", queue_event(ConversationDequeued{
                                   conversation, DequeueReason::Transferred, -1, Position(11)})},
      {"ConversationDequeued",
       queue_event(ConversationDequeued{conversation, DequeueReason::Closed, 1'234'567'890'123,
                                        Position(~std::uint64_t{0})})},
      {"DepartmentAdded", directory_event(DepartmentAdded{ventas, "ventas", "Ventas"})},
      {"DepartmentRenamed", directory_event(DepartmentRenamed{ventas, "Ventas y más"})},
      {"OperatorAdded",
       directory_event(OperatorAdded{ana, "ana", "Ana", Role::Operator, {ventas, soporte}})},
      {"OperatorAdded", directory_event(OperatorAdded{ana, "aldo", "Aldo", Role::Auditor, {}})},
      {"OperatorChanged",
       directory_event(OperatorChanged{ana, "Ana María", Role::Supervisor, {ventas}})},
      {"OperatorChanged", directory_event(OperatorChanged{ana, "Ana", Role::Admin, {}})},
      {"OperatorDeactivated", directory_event(OperatorDeactivated{ana})},
      {"OperatorPasswordChanged", directory_event(OperatorPasswordChanged{ana})},
      {"QuickReplyAdded",
       directory_event(QuickReplyAdded{hello, "Saludo", "Hola {{contact.name}}", {}})},
      {"QuickReplyAdded", directory_event(QuickReplyAdded{hello, "Saludo", "Hola", ventas})},
      {"QuickReplyChanged", directory_event(QuickReplyChanged{hello, "Saludo", "Hola", soporte})},
      {"QuickReplyRemoved", directory_event(QuickReplyRemoved{hello})},
  };
}

}  // namespace bitacora::events
