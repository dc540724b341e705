#include "actors/queue_actor.h"

#include <algorithm>
#include <utility>

#include "actors/aggregate_conduct.h"
#include "actors/department_queue_decider.h"
#include "events/codec.h"

namespace bitacora::actors {

using events::StreamId;

namespace {

using Self = QueueActor::stateful_pointer<QueueActorState>;
using Promise = caf::typed_response_promise<FollowedSteps>;

const LoaderActor& loader(Self self) {
  return self->state.context->loader_of(StreamId::queue_of(self->state.id));
}

void save_snapshot(Self self) {
  QueueActorState& state = self->state;
  if (state.snapshot == state.queue.version) return;
  state.snapshot = state.queue.version;
  self->send(loader(self), SaveSnapshot{StreamId::queue_of(state.id),
                                        {state.snapshot, events::encode_state(state.queue)}});
}

// A long queue is a large snapshot: the events between two grow with it, so that what they cost an
// event stays the same.
void save_snapshot_if_due(Self self) {
  const QueueActorState& state = self->state;
  const std::uint64_t since = state.queue.version.value() - state.snapshot.value();
  if (since >
      std::max<std::uint64_t>(events::limits::snapshot_every_events, state.queue.order.size())) {
    save_snapshot(self);
  }
}

void load_state(Self self) {
  hydrate<events::DepartmentQueueState>(self, loader(self), LoadQueue{self->state.id},
                                        [self](Hydrated<events::DepartmentQueueState>& hydrated) {
                                          self->state.queue = std::move(hydrated.state);
                                          self->state.snapshot = hydrated.snapshot;
                                          self->state.context->waiting->publish(self->state.queue,
                                                                                self->state.id);
                                        });
}

std::shared_ptr<events::AppendRequest> request_of(const QueueActorState& state,
                                                  std::span<const QueueDecision> decisions) {
  const StreamId stream = StreamId::queue_of(state.id);
  const events::Instant now = state.context->clock->now();
  auto request = std::make_shared<events::AppendRequest>();
  request->conditions.push_back({stream, state.queue.version});
  request->events.reserve(decisions.size());
  for (const QueueDecision& decision : decisions) {
    request->events.push_back({stream, events::EventId::make(now), now, events::Who::system(),
                               decision.causation, events::Event(decision.event)});
  }
  return request;
}

using Decisions = std::shared_ptr<const std::vector<QueueDecision>>;

// Appends the decisions from `from` on, as many at a time as one append takes.
void append_from(Self self, const Decisions& decisions, std::size_t from, Promise promise) {
  QueueActorState& state = self->state;
  if (from == decisions->size()) {
    state.context->waiting->publish(state.queue, state.id);
    save_snapshot_if_due(self);
    promise.deliver(FollowedSteps{});
    return;
  }
  const auto rest = std::span(*decisions).subspan(from);
  const auto now = rest.first(std::min(rest.size(), events::limits::append_events_max));
  // What is not appended is told again: the follower has not gone past it.
  const auto give_up = [unanswered = promise] {
    auto answer = unanswered;
    answer.deliver(caf::make_error(caf::sec::runtime_error));
  };
  await_answer<AppendAnswer>(
      self, state.context->log, Append{request_of(state, now)},
      [self, decisions, next = from + now.size(), promise, give_up](AppendAnswer& answer) mutable {
        if (!answer.appended) {
          spdlog::warn("the queue {} could not follow: {}", self->state.id.to_string(),
                       answer.appended.error().detail);
          give_up();
          self->quit(caf::exit_reason::unhandled_exception);
          return;
        }
        events::DepartmentQueueState& queue = self->state.queue;
        for (const events::RecordedEventPtr& recorded : answer.appended->events) {
          const auto& event = std::get<events::DepartmentQueueEvent>(recorded->event);
          queue = evolve(std::move(queue), event, recorded->place());
        }
        append_from(self, decisions, next, std::move(promise));
      },
      give_up);
}

}  // namespace

QueueActor::behavior_type queue_actor(Self self, RegistryActor registry, events::DepartmentId id,
                                      ActorContextPtr context, PendingAnswerPtr pending) {
  log_death(self);
  self->state.id = id;
  self->state.registry = std::move(registry);
  self->state.context = std::move(context);
  self->state.pending = std::move(pending);
  load_state(self);
  return {
      [self](const Follow& message) {
        ++self->state.handled;
        auto promise = self->make_response_promise<FollowedSteps>();
        const auto decisions = std::make_shared<const std::vector<QueueDecision>>(
            decide(self->state.queue, message.steps));
        append_from(self, decisions, 0, promise);
        return promise;
      },
      [self](PutAway) {
        if (is_worth_a_snapshot(self->state.queue.version, self->state.snapshot)) {
          save_snapshot(self);
        }
        self->send(self->state.registry,
                   Resting{StreamId::queue_of(self->state.id), self->state.handled});
      },
  };
}

}  // namespace bitacora::actors
