// How the department queues follow the conversations: which events of conversations move them into
// or out of a queue, and what that does to the queue.
// Pure: no clock, no chance, no I/O, no CAF.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "events/event.h"

namespace bitacora::actors {

// A conversation enters or leaves the waiting list of a department.
struct QueueStep {
  events::DepartmentId department_id;
  events::ConversationId conversation_id;
  // The conversation's event that this follows.
  events::Position cause;
  events::EventId cause_id;
  events::Instant at;
  // Set: it leaves, and why. Unset: it enters, and has waited since `waiting_since`.
  std::optional<events::DequeueReason> leaves{};
  events::Instant waiting_since{};

  friend bool operator==(const QueueStep&, const QueueStep&) = default;
};

// What is known of the conversations of a span of the log beside its events.
struct QueueSources {
  // The facts before the span.
  std::function<events::ConversationFacts(const events::ConversationId&)> facts_before;
  // Since when it waits, as of the end of the span or later; nullopt when it does not wait.
  std::function<std::optional<events::Instant>(const events::ConversationId&)> waiting_since;
};

// The steps that follow from a span of the log, in its order. Messages and reads, which are most of
// a log, cost a type test each; the sources are asked only about conversations that move.
std::vector<QueueStep> queue_steps(std::span<const events::RecordedEventPtr> span,
                                   const QueueSources& sources);

struct QueueDecision {
  events::DepartmentQueueEvent event;
  events::EventId causation;
};

// What the steps, which are all of this queue's department and ascend by cause, do to it. A cause
// that it has followed already does nothing, so steps may be told twice.
std::vector<QueueDecision> decide(const events::DepartmentQueueState& state,
                                  std::span<const QueueStep> steps);

}  // namespace bitacora::actors
