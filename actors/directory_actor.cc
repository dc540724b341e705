#include "actors/directory_actor.h"

#include <utility>

#include "actors/aggregate_conduct.h"
#include "actors/attaching.h"
#include "actors/directory_decider.h"
#include "events/codec.h"

namespace bitacora::actors {

using events::ErrorCode;
using events::StreamId;

namespace {

using Self = DirectoryActor::stateful_pointer<DirectoryActorState>;
using AskPtr = std::shared_ptr<DirectoryAsk>;
using Decided = events::Result<DirectoryDecision>;

void begin(Self self, const AskPtr& ask, int attempt);

const LoaderActor& loader(Self self) {
  return self->state.context->loader_of(StreamId::directory());
}

void take_state(Self self, events::DirectoryState state) {
  self->state.directory = std::make_shared<const events::DirectoryState>(std::move(state));
  self->state.context->directory->publish(self->state.directory);
}

template <class Then>
void load_state(Self self, Then then) {
  hydrate<events::DirectoryState>(self, loader(self), LoadDirectory{},
                                  [self, then](Hydrated<events::DirectoryState>& hydrated) {
                                    self->state.snapshot = hydrated.snapshot;
                                    take_state(self, std::move(hydrated.state));
                                    then();
                                  });
}

void settle_without_events(Self self, const AskPtr& ask, const Decided& decided) {
  const auto settle = [self, ask, decided] {
    if (!decided) {
      ask->reply.give(decided.error());
      return;
    }
    const events::Directory& directory = self->state.directory;
    ask->reply.give(DirectoryOutcome{decided->subject, directory, directory->position, false});
  };
  if (const auto key = ask->command_key()) {
    recall_or<DirectoryOutcome>(self, loader(self), RecallDirectory{*key}, ask, settle);
  } else {
    settle();
  }
}

void take_events(Self self, const AskPtr& ask, const events::UuidBytes& subject,
                 const events::Appended& appended) {
  events::DirectoryState state = *self->state.directory;
  for (const events::RecordedEventPtr& recorded : appended.events) {
    const auto* event = std::get_if<events::DirectoryEvent>(&recorded->event);
    if (event) state = evolve(std::move(state), *event, recorded->place());
  }
  take_state(self, std::move(state));
  const events::Directory& directory = self->state.directory;
  ask->reply.give(DirectoryOutcome{subject, directory, directory->position, false});
}

void decide_again(Self self, const AskPtr& ask, int attempt) {
  if (!may_decide_again(self, ask, attempt)) return;
  load_state(self, [self, ask, attempt] { begin(self, ask, attempt + 1); });
}

void append(Self self, const AskPtr& ask, DirectoryDecision decision, int attempt) {
  const DirectoryActorState& state = self->state;
  const StreamId stream = StreamId::directory();
  const events::Instant now = state.context->clock->now();
  auto request = std::make_shared<events::AppendRequest>();
  request->conditions.push_back({stream, state.directory->version});
  if (decision.attaches) {
    attach(*request, events::QuickReplyId(decision.subject), *decision.attaches, now, ask->who);
  }
  for (events::DirectoryEvent& event : decision.events) {
    request->events.push_back({stream, events::EventId::make(now), now, ask->who, std::nullopt,
                               events::Event(std::move(event))});
  }
  request->command = ask->command_key();
  auto attached = attached_by(*request);
  await_answer<AppendAnswer>(
      self, state.context->log, Append{std::move(request)},
      [self, ask, subject = decision.subject, attempt,
       attached = std::move(attached)](AppendAnswer& answer) mutable {
        if (answer.appended && answer.appended->replayed) {
          recall<DirectoryOutcome>(self, loader(self), RecallDirectory{*ask->command_key()}, ask);
        } else if (answer.appended) {
          take_events(self, ask, subject, *answer.appended);
        } else if (answer.appended.error().code == ErrorCode::VersionConflict) {
          settle_conflict(self, loader(self), std::move(attached), ask,
                          [self, ask, attempt] { decide_again(self, ask, attempt); });
        } else {
          ask->reply.give(answer.appended.error());
        }
      });
}

Decided decide_ask(const DirectoryActorState& state, const DirectoryAsk& ask) {
  const auto right = check_right(*state.directory, ask.who, ask.command);
  if (!right) return right.error();
  return decide(*state.directory, ask.command, events::new_uuid(state.context->clock->now()));
}

void begin(Self self, const AskPtr& ask, int attempt) {
  Decided decided = decide_ask(self->state, *ask);
  if (decided && !decided->events.empty()) {
    append(self, ask, std::move(*decided), attempt);
  } else {
    settle_without_events(self, ask, decided);
  }
}

void rest(Self self) {
  DirectoryActorState& state = self->state;
  const StreamId stream = StreamId::directory();
  if (is_worth_a_snapshot(state.directory->version, state.snapshot)) {
    state.snapshot = state.directory->version;
    self->send(loader(self),
               SaveSnapshot{stream, {state.snapshot, events::encode_state(*state.directory)}});
  }
  self->send(state.registry, Resting{stream, state.handled});
}

}  // namespace

DirectoryActor::behavior_type directory_actor(Self self, RegistryActor registry,
                                              ActorContextPtr context, PendingAnswerPtr pending) {
  log_death(self);
  self->state.registry = std::move(registry);
  self->state.context = std::move(context);
  self->state.pending = std::move(pending);
  self->state.directory = self->state.context->directory->read();
  load_state(self, [] {});
  return {
      [self](AskDirectory& message) {
        ++self->state.handled;
        begin(self, message.ask, 1);
      },
      [self](PutAway) { rest(self); },
  };
}

}  // namespace bitacora::actors
