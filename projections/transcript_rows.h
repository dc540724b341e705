// The rows of the transcript: their keys and values. docs/STORAGE.md has the table.
#pragma once

#include <string>
#include <string_view>

#include "events/error.h"
#include "projections/keys.h"
#include "projections/transcript.h"

namespace bitacora::projections::transcript_rows {

// The first byte of each kind of row.
inline constexpr char attachment_prefix = 'a';
inline constexpr char marks_prefix = 'd';
inline constexpr char message_prefix = 'm';
inline constexpr char changed_prefix = 'x';

Key conversation_messages(const events::ConversationId& id);
Key message_key(const events::ConversationId& id, events::Version version);
// Of the messages that have changed since they were new; each has one such row, without a value.
Key conversation_changes(const events::ConversationId& id);
Key change_key(const events::ConversationId& id, events::Position changed, events::Version version);
Key marks_key(const events::ConversationId& id);
Key attachment_key(const events::AttachmentId& id);

// What a key tells.
events::Version version_of_message(std::string_view message_key);
events::Position changed_of(std::string_view change_key);
events::Version version_of_change(std::string_view change_key);

// The position and the last change's (8 bytes each), then JSON; conversation and version are its
// key.
std::string encode_message(const Message& message);
// Of a row, without reading its JSON.
events::Position position_of(std::string_view row);
events::Position last_change_of(std::string_view row);
// Corrupt when the row is not of that form.
events::Result<Message> decode_message(const events::ConversationId& id, events::Version version,
                                       std::string_view row);

// How far each side of a conversation has read and received.
struct Marks {
  events::Version read_by_owner;
  events::Version delivered;
  events::Version read_by_contact;
};
Key encode_marks(const Marks& marks);
// Of no row: nothing is marked.
events::Result<Marks> decode_marks(const std::optional<std::string>& row);

// The message that an attachment belongs to.
struct AttachmentPlace {
  events::ConversationId conversation_id;
  events::Version version;
};
Key encode_place(const AttachmentPlace& place);
// Corrupt when the row is not of that form.
events::Result<AttachmentPlace> decode_place(std::string_view row);

}  // namespace bitacora::projections::transcript_rows
