// What a command does to a contact: events, nothing (it is so already), or a refusal.
// Pure: no clock, no chance, no I/O, no CAF.
#pragma once

#include <optional>
#include <vector>

#include "actors/commands.h"

namespace bitacora::actors {

// Decided again on the state that its events lead to, it gives no events. Invalid for a name or a
// channel out of bounds and for a department that does not exist. `id` is the new contact's, of
// which an unnamed contact's name is made.
events::Result<std::vector<events::ContactEvent>> decide(const events::ContactState& state,
                                                         const RegisterContact& command,
                                                         const events::ContactId& id,
                                                         const events::DirectoryState& directory);

// A contact's first message: what happens to the contact, and to the conversation that it opens, in
// one append.
struct FirstMessage {
  events::ContactEvent contact_event;
  std::vector<events::ConversationEvent> conversation_events;
};

// Nullopt when the contact has a conversation already: the message is for that one to decide.
// NotFound for a contact that never registered, and what check_content() says. `fresh` names the
// conversation, should one be opened.
events::Result<std::optional<FirstMessage>> decide(const events::ContactState& state,
                                                   const ReceiveMessage& command,
                                                   const events::ContactId& id,
                                                   const events::ConversationId& fresh);

}  // namespace bitacora::actors
