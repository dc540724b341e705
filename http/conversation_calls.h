// What can be asked of a conversation, read the same way from an HTTP body and from a frame of the
// live socket, and how its answer looks. Free of both transports.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/storage_ptr.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "actors/commands.h"
#include "http/json.h"
#include "projections/projector.h"

namespace bitacora::http {

enum class CallName { SendMessage, Claim, Release, Close, Reopen, Transfer, Read };

// As the live socket names it: "send_message"; and the last segment of its path: "messages".
std::string_view command_name(CallName name);
std::string_view path_segment(CallName name);
std::optional<CallName> parse_command_name(std::string_view name);
// Whether the call has a body of its own (send_message, transfer).
bool has_body(CallName name);

// A call's body, read but not yet understood: quick replies and departments are names in it.
struct CallBody {
  CallName name{};
  std::string text{};
  std::optional<events::QuickReplyId> quick_reply_id{};
  std::optional<std::string> department{};
  std::optional<events::OperatorId> operator_id{};
  std::string note{};
};

// Reads the members that the call has; what is wrong is told by the reader's finish().
CallBody read_call_body(CallName name, JsonReader& reader);
// The bodies of files and recordings have their shape already; this server takes none yet, and
// refuses them as Invalid.
void read_refused_attachment(JsonReader& reader, bool with_caption);

// SHA-256 over method, path and what the body says, so that a call and a command with the same
// content are the same request (rules I3 and I4).
events::Fingerprint fingerprint_of(const events::ConversationId& id, const CallBody& body);
events::Fingerprint fingerprint_of(std::string_view method, std::string_view path,
                                   std::initializer_list<std::string_view> parts);

struct PreparedCommand {
  actors::ConversationCommand command;
  // What to tell instead, when the conversation refuses the command as Invalid.
  std::optional<events::Error> instead_of_invalid{};
};

// Finds the quick reply and the department. A quick reply that is gone gives an empty text, which
// the conversation refuses, unless the command has happened before: then it is answered as it was.
// Invalid for a department that there is none of.
events::Result<PreparedCommand> to_command(const events::ConversationId& id, CallBody body,
                                           const events::Viewer& viewer,
                                           const projections::Projector& projector);

// {"message","conversation","position"}; without "message" for calls that send none.
boost::json::object outcome_json(const actors::ConversationOutcome& outcome,
                                 const events::DirectoryState& directory,
                                 boost::json::storage_ptr memory);

// 1 to 64 visible ASCII characters; BadIdempotencyKey otherwise.
events::Result<void> check_key(std::string_view key);

}  // namespace bitacora::http
