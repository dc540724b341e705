#include "actors/contact_actor.h"

#include <utility>

#include "actors/aggregate_conduct.h"
#include "actors/attaching.h"
#include "actors/contact_decider.h"

namespace bitacora::actors {

using events::ErrorCode;
using events::StreamId;

namespace {

using Self = ContactActor::stateful_pointer<ContactActorState>;
using ConversationAskPtr = std::shared_ptr<ConversationAsk>;
using RegisterAskPtr = std::shared_ptr<RegisterAsk>;

void receive(Self self, const ConversationAskPtr& ask, int attempt);
void enrol(Self self, const RegisterAskPtr& ask, int attempt);

void rest(Self self) {
  const ContactActorState& state = self->state;
  self->send(state.registry, Resting{StreamId::of(state.id), state.handled});
}

// One that is not registered is not kept awake: anybody may ask for any id.
void rest_if_nobody(Self self) {
  if (!self->state.contact.registered) rest(self);
}

const LoaderActor& loader(Self self) {
  return self->state.context->loader_of(StreamId::of(self->state.id));
}

template <class Then>
void load_state(Self self, Then then) {
  hydrate<events::ContactState>(self, loader(self), LoadContact{self->state.id},
                                [self, then](Hydrated<events::ContactState>& hydrated) {
                                  self->state.contact = std::move(hydrated.state);
                                  self->state.position = hydrated.position;
                                  then();
                                });
}

void take_contact_events(Self self, const events::Appended& appended) {
  events::ContactState& contact = self->state.contact;
  for (const events::RecordedEventPtr& recorded : appended.events) {
    if (const auto* event = std::get_if<events::ContactEvent>(&recorded->event)) {
      contact = evolve(std::move(contact), *event, recorded->place());
      self->state.position = recorded->header.position;
    }
  }
}

// --- The first message --------------------------------------------------------------------------

ConversationOutcome opened(const events::ConversationId& id, const events::Appended& appended) {
  ConversationOutcome outcome;
  outcome.conversation_id = id;
  for (const events::RecordedEventPtr& recorded : appended.events) {
    const auto* event = std::get_if<events::ConversationEvent>(&recorded->event);
    if (!event) continue;
    outcome.conversation = evolve(std::move(outcome.conversation), *event, recorded->place());
    outcome.position = recorded->header.position;
    if (auto message = projections::message_of(*recorded)) outcome.message = std::move(message);
  }
  return outcome;
}

std::shared_ptr<events::AppendRequest> opening(Self self, const ConversationAsk& ask,
                                               FirstMessage first) {
  const ContactActorState& state = self->state;
  const StreamId contact = StreamId::of(state.id);
  const StreamId conversation = StreamId::of(ask.conversation_id);
  const events::Instant now = state.context->clock->now();
  const events::Who who = ask.who();
  auto request = std::make_shared<events::AppendRequest>();
  request->conditions = {{contact, state.contact.version}, {conversation, events::Version()}};
  request->events.push_back({contact, events::EventId::make(now), now, who, std::nullopt,
                             events::Event(std::move(first.contact_event))});
  attach(*request, ask.conversation_id, first.conversation_events, now, who);
  for (events::ConversationEvent& event : first.conversation_events) {
    request->events.push_back({conversation, events::EventId::make(now), now, who, std::nullopt,
                               events::Event(std::move(event))});
  }
  request->command = ask.command_key();
  return request;
}

// After another append came first: the one that opened the contact's conversation, of which nobody
// knew, and which may have been this very command (the log cannot tell, as it was for a
// conversation of another id); or one that took a file.
void receive_again(Self self, const ConversationAskPtr& ask, std::vector<StreamId> attached,
                   int attempt) {
  if (!may_decide_again(self, ask, attempt)) return;
  load_state(self, [self, ask, attached = std::move(attached), attempt] {
    const auto again = [self, ask, attempt] { receive(self, ask, attempt + 1); };
    if (self->state.contact.conversation_id) return again();
    settle_conflict(self, loader(self), attached, ask, again);
  });
}

void open(Self self, const ConversationAskPtr& ask, FirstMessage first, int attempt) {
  auto request = opening(self, *ask, std::move(first));
  auto attached = attached_by(*request);
  await_answer<AppendAnswer>(
      self, self->state.context->log, Append{std::move(request)},
      [self, ask, attempt, attached = std::move(attached)](AppendAnswer& answer) mutable {
        if (answer.appended) {
          take_contact_events(self, *answer.appended);
          ask->reply.give(opened(ask->conversation_id, *answer.appended));
        } else if (answer.appended.error().code == ErrorCode::VersionConflict) {
          receive_again(self, ask, std::move(attached), attempt);
        } else {
          ask->reply.give(answer.appended.error());
        }
      });
}

void forward(Self self, const ConversationAskPtr& ask) {
  const ContactActorState& state = self->state;
  if (!state.contact.conversation_id) {
    return ask->reply.give(events::error(ErrorCode::NotFound, "There is no conversation yet."));
  }
  ask->conversation_id = *state.contact.conversation_id;
  self->send(state.registry, AskConversation{ask});
}

void receive(Self self, const ConversationAskPtr& ask, int attempt) {
  const ContactActorState& state = self->state;
  const auto* message = std::get_if<ReceiveMessage>(&std::get<ByContact>(ask->by).command);
  if (!message) return forward(self, ask);
  const auto fresh = events::ConversationId::make(state.context->clock->now());
  auto decided = decide(state.contact, *message, state.id, fresh);
  if (!decided) {
    ask->reply.give(decided.error());
  } else if (*decided) {
    ask->conversation_id = fresh;
    open(self, ask, std::move(**decided), attempt);
  } else {
    forward(self, ask);
  }
}

// --- Registering --------------------------------------------------------------------------------

ContactOutcome outcome_now(Self self) {
  return {self->state.id, self->state.contact, self->state.position, false};
}

void enrol_again(Self self, const RegisterAskPtr& ask, int attempt) {
  if (!may_decide_again(self, ask, attempt)) return;
  load_state(self, [self, ask, attempt] { enrol(self, ask, attempt + 1); });
}

void append_registration(Self self, const RegisterAskPtr& ask, events::ContactEvent event,
                         int attempt) {
  const ContactActorState& state = self->state;
  const StreamId stream = StreamId::of(state.id);
  const events::Instant now = state.context->clock->now();
  auto request = std::make_shared<events::AppendRequest>();
  request->conditions.push_back({stream, state.contact.version});
  request->events.push_back({stream, events::EventId::make(now), now, events::Who::of(state.id),
                             std::nullopt, events::Event(std::move(event))});
  request->command = ask->command_key();
  await_answer<AppendAnswer>(
      self, state.context->log, Append{std::move(request)},
      [self, ask, attempt](AppendAnswer& answer) {
        if (answer.appended && answer.appended->replayed) {
          // It was another contact, so that this one is nobody, and rests behind the answer.
          recall<ContactOutcome>(self, loader(self), RecallContact{*ask->command_key()}, ask);
          self->send(self, PutAway{});
        } else if (answer.appended) {
          take_contact_events(self, *answer.appended);
          ask->reply.give(outcome_now(self));
        } else if (answer.appended.error().code == ErrorCode::VersionConflict) {
          enrol_again(self, ask, attempt);
        } else {
          ask->reply.give(answer.appended.error());
          rest_if_nobody(self);
        }
      });
}

void enrol(Self self, const RegisterAskPtr& ask, int attempt) {
  const ContactActorState& state = self->state;
  const auto directory = state.context->directory->read();
  auto decided = decide(state.contact, ask->command, state.id, *directory);
  if (!decided) {
    ask->reply.give(decided.error());
    rest_if_nobody(self);
  } else if (decided->empty()) {
    ask->reply.give(outcome_now(self));
  } else {
    append_registration(self, ask, std::move(decided->front()), attempt);
  }
}

}  // namespace

ContactActor::behavior_type contact_actor(Self self, RegistryActor registry, events::ContactId id,
                                          ActorContextPtr context, PendingAnswerPtr pending) {
  log_death(self);
  self->state.id = id;
  self->state.registry = std::move(registry);
  self->state.context = std::move(context);
  self->state.pending = std::move(pending);
  load_state(self, [] {});
  return {
      [self](AskContact& message) {
        ++self->state.handled;
        receive(self, message.ask, 1);
        rest_if_nobody(self);
      },
      [self](AskRegister& message) {
        ++self->state.handled;
        enrol(self, message.ask, 1);
      },
      [self](AskFindContact& message) {
        ++self->state.handled;
        const std::shared_ptr<FindContactAsk> ask = std::move(message.ask);
        if (self->state.contact.registered) {
          ask->reply.give(outcome_now(self));
        } else {
          ask->reply.give(events::error(ErrorCode::NotFound, "There is no such contact."));
        }
        rest_if_nobody(self);
      },
      [self](PutAway) { rest(self); },
  };
}

}  // namespace bitacora::actors
