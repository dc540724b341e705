// The domain as JSON of the wire contract (docs/PROTOCOL.md).
//
// Objects are built in the memory that the caller hands in, so that a rendering costs no allocation
// but its text: see JsonText. Names are asked of the directory when something is shown, so that a
// renamed operator is renamed everywhere. All functions are pure and thread-safe.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "events/directory.h"
#include "http/json_text.h"
#include "projections/inbox.h"
#include "projections/transcript.h"

namespace bitacora::http {

json::object department_json(const events::Department& department, json::storage_ptr memory);
// The same with "allowed_origins", as admins see it.
json::object managed_department_json(const events::Department& department,
                                     json::storage_ptr memory);

// {"id","username","name","role","departments":[…]}: the account as its owner sees it.
json::object account_json(const events::Operator& account, const events::DirectoryState& directory,
                          json::storage_ptr memory);
// The same with "active", as admins see it.
json::object managed_account_json(const events::Operator& account,
                                  const events::DirectoryState& directory,
                                  json::storage_ptr memory);
// Without "username", as colleagues see it.
json::object colleague_json(const events::Operator& account,
                            const events::DirectoryState& directory, json::storage_ptr memory);

json::object quick_reply_json(const events::QuickReply& reply,
                              const events::DirectoryState& directory, json::storage_ptr memory);

json::object conversation_json(const events::ConversationId& id,
                               const events::ConversationState& state,
                               const events::DirectoryState& directory, json::storage_ptr memory);

// `contact_name` is the name of the conversation's contact.
json::object message_json(const projections::Message& message, std::string_view contact_name,
                          const events::DirectoryState& directory, json::storage_ptr memory);

// {"id","name"}, or null.
json::value operator_or_null(const std::optional<events::OperatorId>& id,
                             const events::DirectoryState& directory, json::storage_ptr memory);

// What the contact sees (rules W4 and W5): no departments.
json::object contact_conversation_json(const events::ConversationId& id,
                                       const events::ConversationState& state,
                                       const events::DirectoryState& directory,
                                       json::storage_ptr memory);

json::object counts_json(const projections::InboxCounts& counts, json::storage_ptr memory);

// Names of the wire.
std::optional<projections::Tab> parse_tab(std::string_view name);

// The text of a quick reply with the contact's name, the operator's and the department's put in for
// {{contact.name}}, {{operator.name}} and {{department}}. Other braces stay.
std::string fill_in(std::string_view text, std::string_view contact_name,
                    std::string_view operator_name, std::string_view department_name);

}  // namespace bitacora::http
