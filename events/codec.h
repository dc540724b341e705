// Events to JSON bodies and back; headers to canonical JSON and back.
//
// Each event type has a name, which is the struct's, and a schema number, which grows when its
// body's shape changes. Decoding accepts every schema there ever was and upcasts to the newest;
// tests/events/golden/ holds a body of each. All functions are pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "events/error.h"
#include "events/event.h"

namespace bitacora::events {

struct EncodedEvent {
  std::string_view type;  // static storage
  std::uint16_t schema = 1;
  std::string body;  // JSON, UTF-8
};

EncodedEvent encode(const Event& event);

// Corrupt when the type is unknown, the schema is from the future or the body is not of its shape.
Result<Event> decode(std::string_view type, std::uint16_t schema, std::string_view body);
// The same into an event that is in its place already; what is in it after an error means nothing.
Result<void> decode(std::string_view type, std::uint16_t schema, std::string_view body,
                    Event& event);

// One line of JSON whose members stand in the order of EventHeader, without spaces, so that equal
// headers are equal bytes; docs/STORAGE.md has the members.
std::string encode_header(const EventHeader& header);
Result<EventHeader> decode_header(std::string_view json);
// The same into a header that is in its place already; what is in it after an error means nothing.
Result<void> decode_header(std::string_view json, EventHeader& header);

Sha256 sha256(std::string_view bytes);

// Snapshots of states, for the log's snapshot rows and the views' rows: JSON with a schema number
// of their own, disposable. Corrupt when not of this schema: the caller rebuilds.
inline constexpr std::uint16_t state_schema = 3;
std::string encode_state(const ConversationState& state);
std::string encode_state(const ContactState& state);
std::string encode_state(const DepartmentQueueState& state);
std::string encode_state(const DirectoryState& state);
template <class State>
Result<State> decode_state(std::string_view json);
template <>
Result<ConversationState> decode_state<ConversationState>(std::string_view json);
template <>
Result<ContactState> decode_state<ContactState>(std::string_view json);
template <>
Result<DepartmentQueueState> decode_state<DepartmentQueueState>(std::string_view json);
template <>
Result<DirectoryState> decode_state<DirectoryState>(std::string_view json);

}  // namespace bitacora::events
