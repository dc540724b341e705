// The bodies of all events: their types' names, their members, and the shapes that they once had.
// For the codec's own sources alone; docs/STORAGE.md shows each body.
#pragma once

#include <string_view>
#include <tuple>
#include <utility>

#include "events/event.h"
#include "events/json_members.h"

namespace bitacora::events {

// --- Former shapes ----------------------------------------------------------------------------

// Schema 1 of a message had its text alone, before there were quick replies.
struct MessageReceived1 {
  std::string text;
};
struct MessageSent1 {
  OperatorId operator_id;
  std::string text;
};

// Schema 2 of a message was before there were attachments.
struct MessageContent2 {
  std::string text;
  std::optional<QuickReplyId> quick_reply_id{};
};
struct MessageReceived2 {
  MessageContent2 content;
};
struct MessageSent2 {
  OperatorId operator_id;
  MessageContent2 content;
};

inline MessageReceived2 upcast(MessageReceived1&& old) { return {{std::move(old.text)}}; }
inline MessageSent2 upcast(MessageSent1&& old) { return {old.operator_id, {std::move(old.text)}}; }
inline MessageContent upcast(MessageContent2&& old) {
  return {std::move(old.text), old.quick_reply_id};
}
inline MessageReceived upcast(MessageReceived2&& old) { return {upcast(std::move(old.content))}; }
inline MessageSent upcast(MessageSent2&& old) {
  return {old.operator_id, upcast(std::move(old.content))};
}

// Schema 1 of a quick reply was before it could have an attachment.
struct QuickReplyAdded1 {
  QuickReplyId quick_reply_id;
  std::string title;
  std::string text;
  std::optional<DepartmentId> department_id{};
};
inline QuickReplyAdded upcast(QuickReplyAdded1&& old) {
  return {old.quick_reply_id, std::move(old.title), std::move(old.text), old.department_id};
}

struct QuickReplyChanged1 {
  QuickReplyId quick_reply_id;
  std::string title;
  std::string text;
  std::optional<DepartmentId> department_id{};
};
inline QuickReplyChanged upcast(QuickReplyChanged1&& old) {
  return {old.quick_reply_id, std::move(old.title), std::move(old.text), old.department_id};
}

// The shapes of an event's body, oldest first, the last one the event itself. Schema n is the nth
// of them, and upcast() takes a shape to the one that follows it.
template <class E>
struct Shapes {
  using Tuple = std::tuple<E>;
};
template <>
struct Shapes<MessageReceived> {
  using Tuple = std::tuple<MessageReceived1, MessageReceived2, MessageReceived>;
};
template <>
struct Shapes<MessageSent> {
  using Tuple = std::tuple<MessageSent1, MessageSent2, MessageSent>;
};
template <>
struct Shapes<QuickReplyAdded> {
  using Tuple = std::tuple<QuickReplyAdded1, QuickReplyAdded>;
};
template <>
struct Shapes<QuickReplyChanged> {
  using Tuple = std::tuple<QuickReplyChanged1, QuickReplyChanged>;
};

// --- Names ------------------------------------------------------------------------------------

// Stored with each event: never rename.
template <class E>
inline constexpr std::string_view type_name = {};

template <>
inline constexpr std::string_view type_name<ConversationOpened> = "ConversationOpened";
template <>
inline constexpr std::string_view type_name<MessageReceived> = "MessageReceived";
template <>
inline constexpr std::string_view type_name<MessageSent> = "MessageSent";
template <>
inline constexpr std::string_view type_name<ConversationClaimed> = "ConversationClaimed";
template <>
inline constexpr std::string_view type_name<ConversationReleased> = "ConversationReleased";
template <>
inline constexpr std::string_view type_name<ConversationTransferred> = "ConversationTransferred";
template <>
inline constexpr std::string_view type_name<ConversationClosed> = "ConversationClosed";
template <>
inline constexpr std::string_view type_name<ConversationReopened> = "ConversationReopened";
template <>
inline constexpr std::string_view type_name<ConversationRead> = "ConversationRead";
template <>
inline constexpr std::string_view type_name<MessagesDelivered> = "MessagesDelivered";
template <>
inline constexpr std::string_view type_name<MessagesReadByContact> = "MessagesReadByContact";
template <>
inline constexpr std::string_view type_name<ContactRegistered> = "ContactRegistered";
template <>
inline constexpr std::string_view type_name<ContactConversationOpened> =
    "ContactConversationOpened";
template <>
inline constexpr std::string_view type_name<ConversationEnqueued> = "ConversationEnqueued";
template <>
inline constexpr std::string_view type_name<ConversationDequeued> = "ConversationDequeued";
template <>
inline constexpr std::string_view type_name<DepartmentAdded> = "DepartmentAdded";
template <>
inline constexpr std::string_view type_name<DepartmentRenamed> = "DepartmentRenamed";
template <>
inline constexpr std::string_view type_name<DepartmentOriginsChanged> = "DepartmentOriginsChanged";
template <>
inline constexpr std::string_view type_name<OperatorAdded> = "OperatorAdded";
template <>
inline constexpr std::string_view type_name<OperatorChanged> = "OperatorChanged";
template <>
inline constexpr std::string_view type_name<OperatorDeactivated> = "OperatorDeactivated";
template <>
inline constexpr std::string_view type_name<OperatorPasswordChanged> = "OperatorPasswordChanged";
template <>
inline constexpr std::string_view type_name<QuickReplyAdded> = "QuickReplyAdded";
template <>
inline constexpr std::string_view type_name<QuickReplyChanged> = "QuickReplyChanged";
template <>
inline constexpr std::string_view type_name<QuickReplyRemoved> = "QuickReplyRemoved";
template <>
inline constexpr std::string_view type_name<AttachmentAttached> = "AttachmentAttached";
template <>
inline constexpr std::string_view type_name<AttachmentExamined> = "AttachmentExamined";

// --- Members ----------------------------------------------------------------------------------

void describe(auto& members, Of<MessageContent> auto& content) {
  members("text", content.text);
  members("quick_reply_id", content.quick_reply_id);
  members("attachment", content.attachment);
  members.when_true("voice", content.voice);
}

void describe(auto& members, Of<MessageContent2> auto& content) {
  members("text", content.text);
  members("quick_reply_id", content.quick_reply_id);
}

void describe(auto& members, Of<MessageReceived1> auto& body) { members("text", body.text); }

void describe(auto& members, Of<MessageSent1> auto& body) {
  members("operator_id", body.operator_id);
  members("text", body.text);
}

void describe(auto& members, Of<MessageReceived2> auto& body) { members("content", body.content); }

void describe(auto& members, Of<MessageSent2> auto& body) {
  members("operator_id", body.operator_id);
  members("content", body.content);
}

void describe(auto& members, Of<ConversationOpened> auto& event) {
  members("contact_id", event.contact_id);
  members("contact_name", event.contact_name);
  members("channel", event.channel);
  members("department_id", event.department_id);
}

void describe(auto& members, Of<MessageReceived> auto& event) { members("content", event.content); }

void describe(auto& members, Of<MessageSent> auto& event) {
  members("operator_id", event.operator_id);
  members("content", event.content);
}

void describe(auto& members, Of<ConversationClaimed> auto& event) {
  members("operator_id", event.operator_id);
  members("taken_from", event.taken_from);
}

void describe(auto&, Of<ConversationReleased> auto&) {}

void describe(auto& members, Of<ConversationTransferred> auto& event) {
  members("department_id", event.department_id);
  members("operator_id", event.operator_id);
  members("note", event.note);
}

void describe(auto&, Of<ConversationClosed> auto&) {}

void describe(auto& members, Of<ConversationReopened> auto& event) {
  members("operator_id", event.operator_id);
}

void describe(auto& members, Of<ConversationRead> auto& event) {
  members("operator_id", event.operator_id);
  members("up_to", event.up_to);
}

void describe(auto& members, Of<MessagesDelivered> auto& event) { members("up_to", event.up_to); }

void describe(auto& members, Of<MessagesReadByContact> auto& event) {
  members("up_to", event.up_to);
}

void describe(auto& members, Of<ContactRegistered> auto& event) {
  members("name", event.name);
  members("channel", event.channel);
  members("department_id", event.department_id);
}

void describe(auto& members, Of<ContactConversationOpened> auto& event) {
  members("conversation_id", event.conversation_id);
}

void describe(auto& members, Of<ConversationEnqueued> auto& event) {
  members("conversation_id", event.conversation_id);
  members("waiting_since", event.waiting_since);
  members("cause", event.cause);
}

void describe(auto& members, Of<ConversationDequeued> auto& event) {
  members("conversation_id", event.conversation_id);
  members("reason", event.reason);
  members("waited_ms", event.waited_ms);
  members("cause", event.cause);
}

void describe(auto& members, Of<DepartmentAdded> auto& event) {
  members("department_id", event.department_id);
  members("slug", event.slug);
  members("name", event.name);
}

void describe(auto& members, Of<DepartmentRenamed> auto& event) {
  members("department_id", event.department_id);
  members("name", event.name);
}

void describe(auto& members, Of<DepartmentOriginsChanged> auto& event) {
  members("department_id", event.department_id);
  members("allowed_origins", event.allowed_origins);
}

void describe(auto& members, Of<OperatorAdded> auto& event) {
  members("operator_id", event.operator_id);
  members("username", event.username);
  members("name", event.name);
  members("role", event.role);
  members("departments", event.departments);
}

void describe(auto& members, Of<OperatorChanged> auto& event) {
  members("operator_id", event.operator_id);
  members("name", event.name);
  members("role", event.role);
  members("departments", event.departments);
}

void describe(auto& members, Of<OperatorDeactivated> auto& event) {
  members("operator_id", event.operator_id);
}

void describe(auto& members, Of<OperatorPasswordChanged> auto& event) {
  members("operator_id", event.operator_id);
}

void describe(auto& members, Of<QuickReplyAdded> auto& event) {
  members("quick_reply_id", event.quick_reply_id);
  members("title", event.title);
  members("text", event.text);
  members("department_id", event.department_id);
  members("attachment", event.attachment);
}

void describe(auto& members, Of<QuickReplyAdded1> auto& body) {
  members("quick_reply_id", body.quick_reply_id);
  members("title", body.title);
  members("text", body.text);
  members("department_id", body.department_id);
}

void describe(auto& members, Of<QuickReplyChanged> auto& event) {
  members("quick_reply_id", event.quick_reply_id);
  members("title", event.title);
  members("text", event.text);
  members("department_id", event.department_id);
  members("attachment", event.attachment);
}

void describe(auto& members, Of<QuickReplyChanged1> auto& body) {
  members("quick_reply_id", body.quick_reply_id);
  members("title", body.title);
  members("text", body.text);
  members("department_id", body.department_id);
}

void describe(auto& members, Of<QuickReplyRemoved> auto& event) {
  members("quick_reply_id", event.quick_reply_id);
}

void describe(auto& members, Of<AttachmentAttached> auto& event) {
  members("attachment", event.attachment);
  members("conversation_id", event.conversation_id);
  members("quick_reply_id", event.quick_reply_id);
  members("voice", event.voice);
}

void describe(auto& members, Of<AttachmentExamined> auto& event) {
  members("outcome", event.outcome);
  members("thumbnail", event.thumbnail);
  members("duration_ms", event.duration_ms);
  members("waveform", event.waveform);
  members("renditions", event.renditions);
  members("reason", event.reason);
}

}  // namespace bitacora::events
