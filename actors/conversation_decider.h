// What a command does to a conversation: events, nothing (it is so already), or a refusal.
// Pure: no clock, no chance, no I/O, no CAF.
#pragma once

#include <vector>

#include "actors/commands.h"

namespace bitacora::actors {

// Each command decided again on the state that its events lead to gives no events, except for
// SendReply and ReceiveMessage, which are told apart by their command key.
//
// A message's attachment is not checked to be free: that is a condition of the append.
//
// NotFound for whoever may not see the conversation, AlreadyClaimed with the owner for those who
// may know it, ConversationClosed, Forbidden for auditors and admins, Invalid for text out of
// bounds, for a transfer to nobody or to somebody who cannot attend, CaptionTooLong,
// NoSuchQuickReply for one that was removed, and the flaw of a command that has one.
events::Result<std::vector<events::ConversationEvent>> decide(
    const events::ConversationState& state, const ConversationCommand& command,
    const events::Viewer& viewer, const events::DirectoryState& directory);

// Of the contact, to its existing conversation. A message reopens a closed one into Espera. A mark
// of delivery decided again on the state that its events lead to gives no events.
events::Result<std::vector<events::ConversationEvent>> decide(
    const events::ConversationState& state, const ContactCommand& command);

// Of the system. Whatever came between, nothing happens to a conversation that the owner does not
// attend any more.
events::Result<std::vector<events::ConversationEvent>> decide(
    const events::ConversationState& state, const ReleaseFrom& command);

}  // namespace bitacora::actors
