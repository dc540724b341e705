#include "events/department_queue.h"

#include <algorithm>

#include "events/error.h"

namespace bitacora::events {

namespace {

struct EvolveQueue {
  DepartmentQueueState& state;

  void operator()(const ConversationEnqueued& event) const {
    leave(event.conversation_id);
    state.order.emplace(event.waiting_since, event.conversation_id);
    state.since.emplace(event.conversation_id, event.waiting_since);
    state.followed = std::max(state.followed, event.cause);
  }
  void operator()(const ConversationDequeued& event) const {
    leave(event.conversation_id);
    state.followed = std::max(state.followed, event.cause);
  }

 private:
  void leave(const ConversationId& id) const {
    const auto found = state.since.find(id);
    if (found == state.since.end()) return;
    state.order.erase({found->second, id});
    state.since.erase(found);
  }
};

}  // namespace

std::string_view dequeue_reason_name(DequeueReason reason) {
  switch (reason) {
    case DequeueReason::Claimed:
      return "claimed";
    case DequeueReason::Transferred:
      return "transferred";
    case DequeueReason::Closed:
      return "closed";
  }
  invariant_broken("a dequeue reason without a name", __FILE__, __LINE__);
}

DepartmentQueueState evolve(DepartmentQueueState state, const DepartmentQueueEvent& event,
                            const EventPlace& place) {
  std::visit(EvolveQueue{state}, event);
  state.version = place.version;
  return state;
}

}  // namespace bitacora::events
