// One message over a live socket, from before its sending to its answer.
#pragma once

#include <string>

#include "events/ids.h"
#include "tools/bench/blocking_socket.h"

namespace bitacora::bench {

// Milliseconds from before the frame's sending to after the reading of `done`; pushes that come
// meanwhile are let pass. The id, unique among the socket's commands, is the message's key.
events::Result<double> message_ms(BlockingSocket& socket,
                                  const events::ConversationId& conversation_id,
                                  const std::string& id);

}  // namespace bitacora::bench
