#include "actors/conversation_actor.h"

#include <utility>

#include "actors/aggregate_conduct.h"
#include "actors/attaching.h"
#include "actors/conversation_decider.h"
#include "events/codec.h"

namespace bitacora::actors {

using events::ErrorCode;
using events::StreamId;

namespace {

using Self = ConversationActor::stateful_pointer<ConversationActorState>;
using AskPtr = std::shared_ptr<ConversationAsk>;
using Decided = events::Result<std::vector<events::ConversationEvent>>;

void begin(Self self, const AskPtr& ask, int attempt);

const LoaderActor& loader(Self self) {
  return self->state.context->loader_of(StreamId::of(self->state.id));
}

template <class Then>
void load_state(Self self, Then then) {
  hydrate<events::ConversationState>(self, loader(self), LoadConversation{self->state.id},
                                     [self, then](Hydrated<events::ConversationState>& hydrated) {
                                       self->state.conversation = std::move(hydrated.state);
                                       self->state.snapshot = hydrated.snapshot;
                                       then();
                                     });
}

ConversationOutcome outcome_now(Self self) {
  const ConversationActorState& state = self->state;
  return {state.id, state.conversation, std::nullopt, state.conversation.position, false};
}

// It may be refused because the same command came before.
void refuse(Self self, const AskPtr& ask, const events::Error& refusal) {
  const auto key = ask->command_key();
  if (!key || self->state.conversation.version == events::Version()) {
    ask->reply.give(refusal);
  } else {
    recall_or<ConversationOutcome>(self, loader(self), RecallConversation{*key}, ask,
                                   [ask, refusal] { ask->reply.give(refusal); });
  }
}

// Whether a command that changes nothing is stored, so that it changes nothing when it comes again
// later.
bool is_stored_alone(const ConversationAsk& ask) {
  return ask.idempotency && std::holds_alternative<ByOperator>(ask.by);
}

void take_events(Self self, const AskPtr& ask, const events::Appended& appended) {
  ConversationActorState& state = self->state;
  std::optional<projections::Message> message;
  for (const events::RecordedEventPtr& recorded : appended.events) {
    const auto* event = std::get_if<events::ConversationEvent>(&recorded->event);
    if (!event) continue;  // of an attachment
    state.conversation = evolve(std::move(state.conversation), *event, recorded->place());
    const bool is_message = std::holds_alternative<events::MessageSent>(*event) ||
                            std::holds_alternative<events::MessageReceived>(*event);
    if (is_message && !message) message = projections::message_of(*recorded);
  }
  ConversationOutcome outcome = outcome_now(self);
  outcome.message = std::move(message);
  ask->reply.give(std::move(outcome));
}

void decide_again(Self self, const AskPtr& ask, int attempt) {
  if (!may_decide_again(self, ask, attempt)) return;
  load_state(self, [self, ask, attempt] { begin(self, ask, attempt + 1); });
}

void append(Self self, const AskPtr& ask, std::vector<events::ConversationEvent> happens,
            int attempt) {
  ConversationActorState& state = self->state;
  const StreamId stream = StreamId::of(state.id);
  const events::Instant now = state.context->clock->now();
  auto request = std::make_shared<events::AppendRequest>();
  request->conditions.push_back({stream, state.conversation.version});
  request->events.reserve(happens.size());
  attach(*request, state.id, happens, now, ask->who());
  for (events::ConversationEvent& event : happens) {
    request->events.push_back({stream, events::EventId::make(now), now, ask->who(), std::nullopt,
                               events::Event(std::move(event))});
  }
  request->command = ask->command_key();
  auto attached = attached_by(*request);
  await_answer<AppendAnswer>(
      self, state.context->log, Append{std::move(request)},
      [self, ask, attempt, attached = std::move(attached)](AppendAnswer& answer) mutable {
        if (answer.appended && answer.appended->replayed) {
          recall<ConversationOutcome>(self, loader(self), RecallConversation{*ask->command_key()},
                                      ask);
        } else if (answer.appended) {
          take_events(self, ask, *answer.appended);
        } else if (answer.appended.error().code == ErrorCode::VersionConflict) {
          settle_conflict(self, loader(self), std::move(attached), ask,
                          [self, ask, attempt] { decide_again(self, ask, attempt); });
        } else {
          ask->reply.give(answer.appended.error());
        }
      });
}

Decided decide_ask(const ConversationActorState& state, const ConversationAsk& ask) {
  if (const auto* by = std::get_if<ByOperator>(&ask.by)) {
    const events::Directory directory = state.context->directory->read();
    const events::Operator* account = directory->operator_of(by->operator_id);
    if (account == nullptr || !account->active) {
      return events::error(ErrorCode::Unauthenticated, "The account may not sign in.");
    }
    return decide(state.conversation, by->command, events::Viewer::of(*account), *directory);
  }
  if (const auto* by = std::get_if<ByContact>(&ask.by)) {
    return decide(state.conversation, by->command);
  }
  return decide(state.conversation, std::get<BySystem>(ask.by).command);
}

void begin(Self self, const AskPtr& ask, int attempt) {
  Decided decided = decide_ask(self->state, *ask);
  if (!decided) {
    refuse(self, ask, decided.error());
  } else if (!decided->empty() || is_stored_alone(*ask)) {
    append(self, ask, std::move(*decided), attempt);
  } else {
    ask->reply.give(outcome_now(self));
  }
}

void rest(Self self) {
  ConversationActorState& state = self->state;
  const StreamId stream = StreamId::of(state.id);
  if (is_worth_a_snapshot(state.conversation.version, state.snapshot)) {
    state.snapshot = state.conversation.version;
    self->send(loader(self),
               SaveSnapshot{stream, {state.snapshot, events::encode_state(state.conversation)}});
  }
  self->send(state.registry, Resting{stream, state.handled});
}

}  // namespace

ConversationActor::behavior_type conversation_actor(Self self, RegistryActor registry,
                                                    events::ConversationId id,
                                                    ActorContextPtr context,
                                                    PendingAnswerPtr pending) {
  log_death(self);
  self->state.id = id;
  self->state.registry = std::move(registry);
  self->state.context = std::move(context);
  self->state.pending = std::move(pending);
  load_state(self, [] {});
  return {
      [self](AskConversation& message) {
        ++self->state.handled;
        const AskPtr ask = std::move(message.ask);
        begin(self, ask, 1);
        // One that does not exist is not kept awake: anybody may ask for any id.
        if (self->state.conversation.version == events::Version()) rest(self);
      },
      [self](PutAway) { rest(self); },
  };
}

}  // namespace bitacora::actors
