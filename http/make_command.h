// What a call asks of the conversation, made from its body with whatever has to be waited for.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "http/conversation_calls.h"
#include "http/edge.h"

namespace bitacora::http {

// As to_command(), without blocking: a quick reply is looked up in views that have everything that
// was acknowledged before, and its file is linked on a thread for files, unless the command has
// happened.
boost::asio::awaitable<events::Result<actors::ConversationCommand>> make_command(
    EdgePtr edge, events::ConversationId id, CallBody body, events::Viewer viewer,
    std::optional<actors::Idempotency> idempotency);

}  // namespace bitacora::http
