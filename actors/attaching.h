// What makes an attachment belong to one message or quick reply alone: its stream begins in the
// same append, on the condition that it did not exist. Pure and thread-safe.
#pragma once

#include <span>
#include <vector>

#include "events/log.h"

namespace bitacora::actors {

// Adds to the request, ahead of the events that carry them, what attaches the attachments of these
// messages to the conversation.
void attach(events::AppendRequest& request, const events::ConversationId& id,
            std::span<const events::ConversationEvent> happens, events::Instant now,
            const events::Who& who);

// The same for a quick reply's.
void attach(events::AppendRequest& request, const events::QuickReplyId& id,
            const events::Attachment& attachment, events::Instant now, const events::Who& who);

// The streams of the attachments that the request attaches.
std::vector<events::StreamId> attached_by(const events::AppendRequest& request);

}  // namespace bitacora::actors
