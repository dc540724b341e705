#include "projections/transcript.h"

#include <utility>

#include "events/json_members.h"
#include "projections/keys.h"

namespace bitacora {

namespace {

using projections::MessageFrom;
using projections::MessageKind;

std::string_view from_name(MessageFrom from) {
  switch (from) {
    case MessageFrom::Contact:
      return "contact";
    case MessageFrom::Operator:
      return "operator";
    case MessageFrom::System:
      return "system";
  }
  events::invariant_broken("a message from nobody", __FILE__, __LINE__);
}

std::string_view kind_name(MessageKind kind) {
  switch (kind) {
    case MessageKind::Text:
      return "text";
    case MessageKind::System:
      return "system";
  }
  events::invariant_broken("a message of no kind", __FILE__, __LINE__);
}

}  // namespace

// The enumerations are stored by name.
template <>
struct events::TextForm<MessageFrom> {
  static std::string_view write(MessageFrom from) { return from_name(from); }
  static std::optional<MessageFrom> read(std::string_view text) {
    return find_named(text, from_name, static_cast<int>(MessageFrom::System) + 1);
  }
};

template <>
struct events::TextForm<MessageKind> {
  static std::string_view write(MessageKind kind) { return kind_name(kind); }
  static std::optional<MessageKind> read(std::string_view text) {
    return find_named(text, kind_name, static_cast<int>(MessageKind::System) + 1);
  }
};

namespace projections {

using events::ConversationId;
using events::Position;
using events::Version;

// A row's value; conversation, version and position are its key.
void describe(auto& members, events::Of<Message> auto& message) {
  members("id", message.id);
  members("at", message.at);
  members("from", message.from);
  members("operator", message.operator_id);
  members("contact", message.contact_id);
  members("kind", message.kind);
  members("text", message.text);
}

namespace {

constexpr char message_prefix = 'm';

Key conversation_messages(const ConversationId& id) { return Key(message_prefix).uuid(id.bytes()); }

constexpr std::size_t version_at = 1 + uuid_bytes;
constexpr std::size_t position_at = version_at + u64_bytes;

Message decode_message(const ViewReader& rows, std::string_view key, std::string_view value) {
  Message message;
  const auto read = events::read_json(value, message, "a message");
  if (!read) rows.report_damage(read.error().detail);
  message.conversation_id = ConversationId(read_uuid(key, 1));
  message.version = Version(read_u64(key, version_at));
  message.position = Position(read_u64(key, position_at));
  return message;
}

// What all messages have, whoever they are from.
Message message_at(const events::EventHeader& header) {
  Message message;
  message.id = header.id;
  message.conversation_id = ConversationId(header.stream.id);
  message.version = header.version;
  message.position = header.position;
  message.at = header.at;
  return message;
}

Message message_of(const events::EventHeader& header, const events::MessageReceived& received) {
  Message message = message_at(header);
  message.from = MessageFrom::Contact;
  if (header.who.kind == events::WhoKind::Contact) {
    message.contact_id = events::ContactId(header.who.id);
  }
  message.text = received.content.text;
  return message;
}

Message message_of(const events::EventHeader& header, const events::MessageSent& sent) {
  Message message = message_at(header);
  message.from = MessageFrom::Operator;
  message.operator_id = sent.operator_id;
  message.text = sent.content.text;
  return message;
}

Message message_of(const events::EventHeader& header,
                   const events::ConversationTransferred& transferred) {
  Message message = message_at(header);
  message.from = MessageFrom::System;
  message.kind = MessageKind::System;
  message.text = transferred.note;
  return message;
}

}  // namespace

std::optional<Message> message_of(const events::RecordedEvent& event) {
  const auto* happened = std::get_if<events::ConversationEvent>(&event.event);
  if (happened == nullptr) return std::nullopt;
  if (const auto* received = std::get_if<events::MessageReceived>(happened)) {
    return message_of(event.header, *received);
  }
  if (const auto* sent = std::get_if<events::MessageSent>(happened)) {
    return message_of(event.header, *sent);
  }
  const auto* transferred = std::get_if<events::ConversationTransferred>(happened);
  if (transferred != nullptr && !transferred->note.empty()) {
    return message_of(event.header, *transferred);
  }
  return std::nullopt;
}

void TranscriptProjection::apply(const events::RecordedEvent& event, ViewWriter& rows) {
  const auto message = message_of(event);
  if (!message) return;
  const Key key = conversation_messages(message->conversation_id)
                      .u64(message->version.value())
                      .u64(message->position.value());
  rows.put(key.view(), events::write_json(*message));
}

std::vector<Message> messages_before(const ViewReader& rows, const ConversationId& id,
                                     std::optional<Version> before, std::size_t count_max) {
  std::vector<Message> messages;
  if (count_max == 0) return messages;
  const Key first = conversation_messages(id);
  const std::string end =
      before ? std::string(Key(first).u64(before->value()).view()) : past_prefix(first.view());
  rows.scan(first.view(), end, true, [&](std::string_view key, std::string_view value) {
    messages.push_back(decode_message(rows, key, value));
    return messages.size() < count_max;
  });
  return messages;
}

std::vector<Message> messages_between(const ViewReader& rows, const ConversationId& id,
                                      Position after, Position up_to, std::size_t count_max) {
  std::vector<Message> messages;
  if (count_max == 0) return messages;
  // Positions grow with versions: from the newest back to the first past `after`, looking at keys
  // alone, then forward.
  const Key first = conversation_messages(id);
  const std::string end = past_prefix(first.view());
  std::string start;
  rows.scan(first.view(), end, true, [&](std::string_view key, std::string_view) {
    if (read_u64(key, position_at) <= after.value()) return false;
    start = key;
    return true;
  });
  if (start.empty()) return messages;
  rows.scan(start, end, false, [&](std::string_view key, std::string_view value) {
    if (read_u64(key, position_at) > up_to.value()) return false;
    messages.push_back(decode_message(rows, key, value));
    return messages.size() < count_max;
  });
  return messages;
}

}  // namespace projections
}  // namespace bitacora
