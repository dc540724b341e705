// What a command does to a conversation: events, nothing (it is so already), or a refusal.
// Pure: no clock, no chance, no I/O, no CAF.
#pragma once

#include <vector>

#include "actors/commands.h"

namespace bitacora::actors {

// Each command decided again on the state that its events lead to gives no events, except for
// SendReply and ReceiveMessage, which are told apart by their command key.
//
// NotFound for whoever may not see the conversation, AlreadyClaimed with the owner for those who
// may know it, ConversationClosed, Forbidden for auditors and admins, Invalid for text out of
// bounds, for a transfer to nobody or to somebody who cannot attend.
events::Result<std::vector<events::ConversationEvent>> decide(
    const events::ConversationState& state, const ConversationCommand& command,
    const events::Viewer& viewer, const events::DirectoryState& directory);

// The contact's message to an existing conversation: reopens a closed one into Espera.
events::Result<std::vector<events::ConversationEvent>> decide(
    const events::ConversationState& state, const ReceiveMessage& command);

}  // namespace bitacora::actors
