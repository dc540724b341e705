#include "projections/transcript_rows.h"

#include <utility>

#include "events/json_members.h"

namespace bitacora {

namespace projections {

std::string_view name_of(MessageFrom from) {
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

std::string_view name_of(MessageKind kind) {
  switch (kind) {
    case MessageKind::Text:
      return "text";
    case MessageKind::Attachment:
      return "attachment";
    case MessageKind::Voice:
      return "voice";
    case MessageKind::System:
      return "system";
  }
  events::invariant_broken("a message of no kind", __FILE__, __LINE__);
}

std::string_view name_of(Delivery delivery) {
  switch (delivery) {
    case Delivery::Accepted:
      return "accepted";
    case Delivery::Sent:
      return "sent";
    case Delivery::Delivered:
      return "delivered";
    case Delivery::Read:
      return "read";
  }
  events::invariant_broken("a delivery without a name", __FILE__, __LINE__);
}

std::string_view name_of(Examination examination) {
  switch (examination) {
    case Examination::Pending:
      return "pending";
    case Examination::Done:
      return "done";
    case Examination::Failed:
      return "failed";
  }
  events::invariant_broken("an examination without a name", __FILE__, __LINE__);
}

}  // namespace projections

namespace {

using projections::Delivery;
using projections::Examination;
using projections::MessageFrom;
using projections::MessageKind;

// What an enumeration that is stored by name ends with.
template <class Enum>
inline constexpr Enum last_of{};
template <>
inline constexpr MessageFrom last_of<MessageFrom> = MessageFrom::System;
template <>
inline constexpr MessageKind last_of<MessageKind> = MessageKind::System;
template <>
inline constexpr Delivery last_of<Delivery> = Delivery::Read;
template <>
inline constexpr Examination last_of<Examination> = Examination::Failed;

template <class Enum>
concept StoredByName = std::same_as<Enum, MessageFrom> || std::same_as<Enum, MessageKind> ||
    std::same_as<Enum, Delivery> || std::same_as<Enum, Examination>;

}  // namespace

template <StoredByName Enum>
struct events::TextForm<Enum> {
  static std::string_view write(Enum value) { return projections::name_of(value); }
  static std::optional<Enum> read(std::string_view text) {
    std::string_view (*name)(Enum) = projections::name_of;
    return events::find_named(text, name, static_cast<int>(last_of<Enum>) + 1);
  }
};

namespace projections {

using events::ConversationId;
using events::ErrorCode;
using events::Position;
using events::Result;
using events::Version;

void describe(auto& members, events::Of<MessageAttachment> auto& attachment) {
  members("file", attachment.file);
  members("examination", attachment.examination);
  members.when_true("thumbnail", attachment.thumbnail);
  members("duration_ms", attachment.duration_ms);
  members("waveform", attachment.waveform);
  members.when_true("renditions", attachment.renditions);
}

void describe(auto& members, events::Of<Message> auto& message) {
  members("id", message.id);
  members("at", message.at);
  members("from", message.from);
  members("operator", message.operator_id);
  members("contact", message.contact_id);
  members("kind", message.kind);
  members("text", message.text);
  members("attachment", message.attachment);
  members("delivery", message.delivery);
}

namespace transcript_rows {

namespace {

constexpr std::size_t after_conversation = 1 + uuid_bytes;
constexpr std::size_t before_json = 2 * u64_bytes;

}  // namespace

Key conversation_messages(const ConversationId& id) { return Key(message_prefix).uuid(id.bytes()); }

Key message_key(const ConversationId& id, Version version) {
  return conversation_messages(id).u64(version.value());
}

Key conversation_changes(const ConversationId& id) { return Key(changed_prefix).uuid(id.bytes()); }

Key change_key(const ConversationId& id, Position changed, Version version) {
  return conversation_changes(id).u64(changed.value()).u64(version.value());
}

Key marks_key(const ConversationId& id) { return Key(marks_prefix).uuid(id.bytes()); }

Key attachment_key(const events::AttachmentId& id) {
  return Key(attachment_prefix).uuid(id.bytes());
}

Version version_of_message(std::string_view key) {
  return Version(read_u64(key, after_conversation));
}

Position changed_of(std::string_view key) { return Position(read_u64(key, after_conversation)); }

Version version_of_change(std::string_view key) {
  return Version(read_u64(key, after_conversation + u64_bytes));
}

std::string encode_message(const Message& message) {
  std::string row(Key().u64(message.position.value()).u64(message.changed.value()).view());
  row += events::write_json(message);
  return row;
}

Position position_of(std::string_view row) {
  return Position(row.size() < before_json ? 0 : read_u64(row));
}

Position last_change_of(std::string_view row) {
  return Position(row.size() < before_json ? 0 : read_u64(row, u64_bytes));
}

Result<Message> decode_message(const ConversationId& id, Version version, std::string_view row) {
  Message message;
  if (row.size() < before_json) return events::error(ErrorCode::Corrupt, "a message is cut off");
  const auto read = events::read_json(row.substr(before_json), message, "a message");
  if (!read) return read.error();
  message.conversation_id = id;
  message.version = version;
  message.position = position_of(row);
  message.changed = last_change_of(row);
  return message;
}

Key encode_marks(const Marks& marks) {
  return Key()
      .u64(marks.read_by_owner.value())
      .u64(marks.delivered.value())
      .u64(marks.read_by_contact.value());
}

Result<Marks> decode_marks(const std::optional<std::string>& row) {
  if (!row) return Marks{};
  if (row->size() != 3 * u64_bytes) {
    return events::error(ErrorCode::Corrupt, "the marks of a conversation are no three numbers");
  }
  return Marks{Version(read_u64(*row)), Version(read_u64(*row, u64_bytes)),
               Version(read_u64(*row, 2 * u64_bytes))};
}

Key encode_place(const AttachmentPlace& place) {
  return Key().uuid(place.conversation_id.bytes()).u64(place.version.value());
}

Result<AttachmentPlace> decode_place(std::string_view row) {
  if (row.size() != uuid_bytes + u64_bytes) {
    return events::error(ErrorCode::Corrupt, "the place of an attachment is none");
  }
  return AttachmentPlace{ConversationId(read_uuid(row)), Version(read_u64(row, uuid_bytes))};
}

}  // namespace transcript_rows
}  // namespace projections
}  // namespace bitacora
