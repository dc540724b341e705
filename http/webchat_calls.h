// What contacts ask, apart from how it comes: the same request has the same fingerprint over HTTP,
// over a live socket and from an import.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/storage_ptr.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/commands.h"
#include "http/json.h"
#include "http/message_bodies.h"
#include "projections/inbox.h"

namespace bitacora::http {

// POST /api/v1/webchat/visitors; an empty name is one that was left out.
events::Fingerprint registration_fingerprint(std::string_view name, std::string_view department);
// POST /api/v1/webchat/messages.
events::Fingerprint contact_message_fingerprint(const WrittenMessage& message);

// Reads the body of a message that a contact sends; what is wrong is told by finish().
WrittenMessage read_contact_message(JsonReader& reader);

// What the contact is to be asked, with its file found.
actors::ReceiveMessage to_receive(WrittenMessage message, const events::ContactId& contact,
                                  const FinishedUploads* uploads);

// {"message","conversation_id","position"}.
boost::json::object contact_outcome_json(const actors::ConversationOutcome& outcome,
                                         const events::DirectoryState& directory,
                                         boost::json::storage_ptr memory);

struct ContactConversation {
  events::ConversationId id;
  events::ConversationState state;
};

// The contact's conversation as the view has it; nullopt before it is there.
std::optional<ContactConversation> contact_conversation(const projections::ViewReader& inbox,
                                                        const events::ContactState& contact);

// As projections::messages_before() and messages_between(), without what contacts never see.
std::vector<projections::Message> contact_messages_before(const projections::ViewReader& transcript,
                                                          const events::ConversationId& id,
                                                          std::optional<events::Version> before,
                                                          std::size_t count_max);

}  // namespace bitacora::http
