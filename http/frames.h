// The frames of the live sockets (docs/PROTOCOL.md, F), and the texts that they are put together
// of.
//
// A change that goes to many clients is written to JSON once, as a text of its own; a frame is made
// by joining such texts. All functions are pure and thread-safe.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "events/error.h"
#include "http/socket.h"
#include "projections/inbox.h"
#include "projections/transcript.h"

namespace bitacora::http {

// {"type":"hello","position","heartbeat_ms", <who_name>: who, …more}.
Frame hello_frame(events::Position position, std::string_view who_name, boost::json::object who,
                  std::string_view more_name, boost::json::value more);

// The beginning of a frame of changes, up to where the first change goes. The changes follow with
// commas between them, then changes_end.
std::string changes_begin(events::Position position,
                          const std::optional<projections::InboxCounts>& counts);
inline constexpr std::string_view changes_end = "]}";

// One change each. For operators:
std::string conversation_change(const events::ConversationId& id,
                                const events::ConversationState& state,
                                const events::DirectoryState& directory);
std::string message_change(const projections::Message& message, std::string_view contact_name,
                           const events::DirectoryState& directory);
std::string gone_change(const events::ConversationId& id);
// The same for those who may know who attends it.
std::string gone_change(const events::ConversationId& id, const events::OperatorId& owner,
                        const events::DirectoryState& directory);
// For whomever the object was made:
std::string conversation_change(const boost::json::object& conversation);
std::string message_change(const boost::json::object& message);

// `result` is what HTTP would answer.
Frame done_frame(std::string_view id, events::Position position, bool replayed,
                 boost::json::object result);
// An empty id is told as null: the frame's could not be read.
Frame refused_frame(std::string_view id, const events::Error& error);
Frame caught_up_frame(events::Position position,
                      const std::optional<projections::InboxCounts>& counts = std::nullopt);
Frame resync_frame(events::Position position);
// `from` is "contact" or "operator".
Frame typing_frame(const events::ConversationId& id, std::string_view from,
                   boost::json::object author);

}  // namespace bitacora::http
