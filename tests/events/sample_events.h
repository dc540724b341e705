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

inline Attachment sample_attachment() {
  Attachment attachment{sample_id<AttachmentId>(9), "Núñez 📎 \"1\".pdf", "application/pdf", 81'234};
  for (std::size_t i = 0; i < attachment.sha256.size(); ++i) {
    attachment.sha256[i] = static_cast<std::uint8_t>(i * 8);
  }
  return attachment;
}

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
  const auto attachment_event = [](auto event) { return Event(AttachmentEvent(event)); };
  const Attachment file = sample_attachment();
  const auto directory_event = [](auto event) { return Event(DirectoryEvent(event)); };
  return {
      {"ConversationOpened",
       conversation_event(ConversationOpened{contact, "Lucía", "webchat", ventas})},
      {"MessageReceived", conversation_event(MessageReceived{{sample_text(), {}}})},
      {"MessageReceived", conversation_event(MessageReceived{{"hola", hello}})},
      {"MessageReceived", conversation_event(MessageReceived{{"", {}, file, true}})},
      {"MessageSent", conversation_event(MessageSent{ana, {sample_text(), {}}})},
      {"MessageSent", conversation_event(MessageSent{ana, {"Buenos días", hello}})},
      {"MessageSent", conversation_event(MessageSent{ana, {"El presupuesto", hello, file}})},
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
      {"MessagesDelivered", conversation_event(MessagesDelivered{Version(17)})},
      {"MessagesReadByContact", conversation_event(MessagesReadByContact{Version(18)})},
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
      {"DepartmentOriginsChanged", directory_event(DepartmentOriginsChanged{
                                       ventas, {"http://localhost:8080", "https://ejemplo.com"}})},
      {"DepartmentOriginsChanged", directory_event(DepartmentOriginsChanged{ventas, {}})},
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
      {"QuickReplyAdded", directory_event(QuickReplyAdded{hello, "Saludo", "Hola", {}, file})},
      {"QuickReplyChanged", directory_event(QuickReplyChanged{hello, "Saludo", "Hola", soporte})},
      {"QuickReplyChanged",
       directory_event(QuickReplyChanged{hello, "Saludo", "Hola", soporte, file})},
      {"QuickReplyRemoved", directory_event(QuickReplyRemoved{hello})},
      {"AttachmentAttached", attachment_event(AttachmentAttached{file, conversation, {}, true})},
      {"AttachmentAttached", attachment_event(AttachmentAttached{file, {}, hello, false})},
      {"AttachmentExamined", attachment_event(AttachmentExamined{
                                 ExaminationOutcome::Done, false, 12'345, {0, 50, 100}, true, ""})},
      {"AttachmentExamined", attachment_event(AttachmentExamined{
                                 ExaminationOutcome::Failed, false, {}, {}, false, "cut off"})},
  };
}

}  // namespace bitacora::events
