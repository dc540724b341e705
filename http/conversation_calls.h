// What can be asked of a conversation, read the same way from an HTTP body and from a frame of the
// live socket, and how its answer looks. Free of both transports.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/storage_ptr.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/commands.h"
#include "events/blob_store.h"
#include "events/time.h"
#include "http/json.h"
#include "http/message_bodies.h"
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
  WrittenMessage written{};
  std::optional<events::QuickReplyId> quick_reply_id{};
  std::optional<std::string> department{};
  std::optional<events::OperatorId> operator_id{};
  std::string note{};
};

// Reads the members that the call has; what is wrong is told by the reader's finish().
CallBody read_call_body(CallName name, JsonReader& reader);
// SHA-256 over method, path and what the body says, so that a call and a command with the same
// content are the same request (rules I3 and I4).
events::Fingerprint fingerprint_of(const events::ConversationId& id, const CallBody& body);
events::Fingerprint fingerprint_of(std::string_view method, std::string_view path,
                                   std::initializer_list<std::string_view> parts);
events::Fingerprint fingerprint_of_parts(std::string_view method, std::string_view path,
                                         const std::vector<std::string>& parts);

// What the names in a body stand for is found here. All outlive the call.
struct CallSources {
  const events::Directory directory;
  const projections::Projector& projector;
  const FinishedUploads* uploads;  // null: there is no file
  events::BlobStore* blobs;        // null: quick replies have no files
  const events::Clock& clock;
};

// Whether to_command() will block for the disk: a quick reply's file goes along.
bool takes_disk(const CallBody& body, const CallSources& sources);

// Finds the quick reply, the file and the department. A quick reply or a file that is not there is
// the command's flaw, so that the conversation refuses it unless it has happened before: then it is
// answered as it was. Invalid for a department that there is none of. A quick reply's file is
// linked to an id of its own, for which it blocks for the disk.
events::Result<actors::ConversationCommand> to_command(const events::ConversationId& id,
                                                       CallBody body, const events::Viewer& viewer,
                                                       const CallSources& sources);

// {"message","conversation","position"}; without "message" for calls that send none.
boost::json::object outcome_json(const actors::ConversationOutcome& outcome,
                                 const events::DirectoryState& directory,
                                 boost::json::storage_ptr memory);

// 1 to 64 visible ASCII characters; BadIdempotencyKey otherwise.
events::Result<void> check_key(std::string_view key);

}  // namespace bitacora::http
