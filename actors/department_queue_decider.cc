#include "actors/department_queue_decider.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace bitacora::actors {

using events::ConversationFacts;
using events::ConversationId;
using events::ConversationStatus;
using events::DequeueReason;

namespace {

bool may_move(const events::ConversationEvent& event) {
  return !std::holds_alternative<events::MessageReceived>(event) &&
         !std::holds_alternative<events::MessageSent>(event) &&
         !std::holds_alternative<events::ConversationRead>(event) &&
         !std::holds_alternative<events::MessagesDelivered>(event) &&
         !std::holds_alternative<events::MessagesReadByContact>(event);
}

DequeueReason reason_of(const events::ConversationEvent& event) {
  if (std::holds_alternative<events::ConversationTransferred>(event)) {
    return DequeueReason::Transferred;
  }
  if (std::holds_alternative<events::ConversationClosed>(event)) return DequeueReason::Closed;
  return DequeueReason::Claimed;
}

// Walks over the span with the facts of each conversation that moves.
struct Walk {
  const QueueSources& sources;
  std::unordered_map<ConversationId, ConversationFacts> facts{};
  std::vector<QueueStep> steps{};

  ConversationFacts& facts_of(const ConversationId& id, const events::ConversationEvent& event) {
    const auto [place, is_new] = facts.try_emplace(id);
    if (is_new && !std::holds_alternative<events::ConversationOpened>(event)) {
      place->second = sources.facts_before(id);
    }
    return place->second;
  }

  void take(const events::RecordedEvent& recorded, const events::ConversationEvent& event) {
    const ConversationId id(recorded.header.stream.id);
    ConversationFacts& known = facts_of(id, event);
    events::ConversationState before;
    before.facts = known;
    const ConversationFacts after = evolve(std::move(before), event, recorded.place()).facts;
    const bool waited = known.status == ConversationStatus::Waiting;
    const bool waits = after.status == ConversationStatus::Waiting;
    const bool moved = waited != waits || known.department_id != after.department_id;
    if (waited && moved) {
      step(recorded, known, id).leaves = reason_of(event);
    }
    if (waits && moved) {
      // A transfer of a waiting one keeps its place in the order; a wait that began later than
      // this event is another one.
      const auto since = sources.waiting_since(id);
      step(recorded, after, id).waiting_since =
          since ? std::min(*since, recorded.header.at) : recorded.header.at;
    }
    known = after;
  }

 private:
  QueueStep& step(const events::RecordedEvent& recorded, const ConversationFacts& where,
                  const ConversationId& id) {
    return steps.emplace_back(QueueStep{where.department_id, id, recorded.header.position,
                                        recorded.header.id, recorded.header.at});
  }
};

}  // namespace

std::vector<QueueStep> queue_steps(std::span<const events::RecordedEventPtr> span,
                                   const QueueSources& sources) {
  Walk walk{sources};
  for (const events::RecordedEventPtr& recorded : span) {
    const auto* event = std::get_if<events::ConversationEvent>(&recorded->event);
    if (event && may_move(*event)) walk.take(*recorded, *event);
  }
  return std::move(walk.steps);
}

std::vector<QueueDecision> decide(const events::DepartmentQueueState& state,
                                  std::span<const QueueStep> steps) {
  std::vector<QueueDecision> decisions;
  // Whether a conversation waits, and since when, where the steps so far have changed it.
  std::unordered_map<ConversationId, std::optional<events::Instant>> changed;
  const auto waiting_since = [&](const ConversationId& id) -> std::optional<events::Instant> {
    if (const auto found = changed.find(id); found != changed.end()) return found->second;
    const auto found = state.since.find(id);
    return found == state.since.end() ? std::nullopt : std::optional(found->second);
  };
  events::Position followed = state.followed;
  for (const QueueStep& step : steps) {
    if (step.cause <= followed) continue;
    const auto since = waiting_since(step.conversation_id);
    if (since.has_value() != step.leaves.has_value()) continue;
    followed = step.cause;
    if (step.leaves) {
      const std::int64_t waited_ms =
          std::max<std::int64_t>(step.at.unix_ms() - since->unix_ms(), 0);
      decisions.push_back(
          {events::ConversationDequeued{step.conversation_id, *step.leaves, waited_ms, step.cause},
           step.cause_id});
      changed[step.conversation_id] = std::nullopt;
    } else {
      decisions.push_back(
          {events::ConversationEnqueued{step.conversation_id, step.waiting_since, step.cause},
           step.cause_id});
      changed[step.conversation_id] = step.waiting_since;
    }
  }
  return decisions;
}

}  // namespace bitacora::actors
