// The queue of a department: policy over its waiting conversations (their order, and how long each
// waited). It follows the conversations' events and owns nothing: who may reply is decided by the
// conversation alone, so nothing unsafe happens while the queue lags.
#pragma once

#include <set>
#include <unordered_map>
#include <utility>
#include <variant>

#include "events/conversation.h"

namespace bitacora::events {

// `cause` is the position of the conversation's event that this one follows. A queue takes causes
// in ascending order and ignores those that it has followed already.
struct ConversationEnqueued {
  ConversationId conversation_id;
  Instant waiting_since;
  Position cause;
  friend bool operator==(const ConversationEnqueued&, const ConversationEnqueued&) = default;
};

enum class DequeueReason : std::uint8_t { Claimed, Transferred, Closed };
std::string_view dequeue_reason_name(DequeueReason reason);

struct ConversationDequeued {
  ConversationId conversation_id;
  DequeueReason reason{};
  std::int64_t waited_ms = 0;
  Position cause;
  friend bool operator==(const ConversationDequeued&, const ConversationDequeued&) = default;
};

using DepartmentQueueEvent = std::variant<ConversationEnqueued, ConversationDequeued>;

struct DepartmentQueueState {
  // Oldest first: (waiting since, id).
  std::set<std::pair<Instant, ConversationId>> order;
  std::unordered_map<ConversationId, Instant> since;
  Position followed;
  Version version;
};

DepartmentQueueState evolve(DepartmentQueueState state, const DepartmentQueueEvent& event,
                            const EventPlace& place);

}  // namespace bitacora::events
