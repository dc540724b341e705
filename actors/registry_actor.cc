#include "actors/registry_actor.h"

#include <algorithm>
#include <utility>

#include "actors/actor_conduct.h"
#include "actors/contact_actor.h"
#include "actors/conversation_actor.h"
#include "actors/directory_actor.h"
#include "actors/queue_actor.h"

namespace bitacora::actors {

namespace limits = events::limits;
using events::StreamId;
using events::StreamKind;

namespace {

using Self = RegistryActor::stateful_pointer<RegistryState>;
using Entry = RegistryState::Entry;

// Idle ones may rest up to a quarter later than asked, overdue ones up to this much.
constexpr std::chrono::milliseconds tick_max{1'000};
constexpr std::chrono::milliseconds tick_min{1};

void tick_later(Self self) {
  self->delayed_send(self, std::clamp(self->state.context->actor_idle / 4, tick_min, tick_max),
                     Tick{});
}

caf::strong_actor_ptr spawn_aggregate(Self self, const StreamId& stream,
                                      const PendingAnswerPtr& pending) {
  const RegistryState& state = self->state;
  const RegistryActor registry(self);
  const auto strong = [](const auto& handle) {
    return caf::actor_cast<caf::strong_actor_ptr>(handle);
  };
  switch (stream.kind) {
    case StreamKind::Conversation:
      return strong(self->spawn(conversation_actor, registry, events::ConversationId(stream.id),
                                state.context, pending));
    case StreamKind::Contact:
      return strong(self->spawn(contact_actor, registry, events::ContactId(stream.id),
                                state.context, pending));
    case StreamKind::DepartmentQueue:
      return strong(self->spawn(queue_actor, registry, events::DepartmentId(stream.id),
                                state.context, pending));
    case StreamKind::Directory:
      return strong(self->spawn(directory_actor, registry, state.context, pending));
    case StreamKind::Attachment:
      break;  // has no actor: it is appended to together with what it belongs to
  }
  events::invariant_broken("a stream of no known kind", __FILE__, __LINE__);
}

void forget(Self self, const StreamId& stream) {
  RegistryState& state = self->state;
  const auto found = state.awake.find(stream);
  if (found == state.awake.end()) return;
  if (found->second.place) state.by_use.erase(*found->second.place);
  state.streams.erase(found->second.actor->id());
  state.awake.erase(found);
  state.context->counters->actors_live.store(state.awake.size(), std::memory_order_relaxed);
  if (!state.puts_all_away || !state.awake.empty()) return;
  for (auto& promise : state.away) promise.deliver(AllAway{});
  state.away.clear();
}

template <class Handle>
Handle handle_of(const Entry& entry) {
  return caf::actor_cast<Handle>(entry.actor);
}

void send_put_away(Self self, const StreamId& stream, const Entry& entry) {
  switch (stream.kind) {
    case StreamKind::Conversation:
      return self->send(handle_of<ConversationActor>(entry), PutAway{});
    case StreamKind::Contact:
      return self->send(handle_of<ContactActor>(entry), PutAway{});
    case StreamKind::DepartmentQueue:
      return self->send(handle_of<QueueActor>(entry), PutAway{});
    case StreamKind::Directory:
      return self->send(handle_of<DirectoryActor>(entry), PutAway{});
    case StreamKind::Attachment:
      break;
  }
}

// The next to rest is then another one.
void put_least_used_away(Self self) {
  RegistryState& state = self->state;
  const StreamId stream = state.by_use.front();
  Entry& entry = state.awake.at(stream);
  entry.used = self->clock().now();
  state.by_use.splice(state.by_use.end(), state.by_use, *entry.place);
  send_put_away(self, stream, entry);
}

Entry& wake(Self self, const StreamId& stream) {
  RegistryState& state = self->state;
  if (state.by_use.size() >= limits::actors_live_max) put_least_used_away(self);
  Entry entry;
  entry.pending = std::make_shared<PendingAnswer>();
  entry.actor = spawn_aggregate(self, stream, entry.pending);
  self->monitor(entry.actor);
  state.streams.emplace(entry.actor->id(), stream);
  if (stream.kind == StreamKind::Conversation || stream.kind == StreamKind::Contact) {
    entry.place = state.by_use.insert(state.by_use.end(), stream);
  }
  Entry& awake = state.awake.emplace(stream, std::move(entry)).first->second;
  state.context->counters->actors_live.store(state.awake.size(), std::memory_order_relaxed);
  // It came after the others were told.
  if (state.puts_all_away) send_put_away(self, stream, awake);
  return awake;
}

// The actor of the stream, for one message that is forwarded to it now.
template <class Handle>
Handle actor_for(Self self, const StreamId& stream) {
  RegistryState& state = self->state;
  const auto found = state.awake.find(stream);
  Entry& entry = found == state.awake.end() ? wake(self, stream) : found->second;
  ++entry.forwarded;
  entry.used = self->clock().now();
  if (entry.place) state.by_use.splice(state.by_use.end(), state.by_use, *entry.place);
  return handle_of<Handle>(entry);
}

void let_rest(Self self, const Resting& resting) {
  const RegistryState& state = self->state;
  const auto found = state.awake.find(resting.stream);
  if (found == state.awake.end() || found->second.actor != self->current_sender()) return;
  const Entry& entry = found->second;
  if (entry.forwarded != resting.handled) {
    // More is on its way to it. When stopping it is asked again, behind that.
    if (state.puts_all_away) send_put_away(self, resting.stream, entry);
    return;
  }
  self->send_exit(caf::actor_cast<caf::actor>(entry.actor), caf::exit_reason::user_shutdown);
  forget(self, resting.stream);
}

// As the clock would, had the request a timeout of its own.
void give_up_overdue(Self self) {
  const auto now = self->clock().now();
  for (const auto& [stream, entry] : self->state.awake) {
    const auto overdue = entry.pending->overdue(now, limits::append_timeout);
    if (!overdue) continue;
    entry.actor->enqueue(nullptr, caf::make_message_id(*overdue),
                         caf::make_message(caf::make_error(caf::sec::request_timeout)),
                         self->context());
  }
}

void put_idle_away(Self self) {
  RegistryState& state = self->state;
  const auto now = self->clock().now();
  const std::size_t count = state.by_use.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Entry& longest_idle = state.awake.at(state.by_use.front());
    if (now - longest_idle.used < state.context->actor_idle) return;
    put_least_used_away(self);
  }
}

void note_death(Self self, const caf::down_msg& down) {
  const RegistryState& state = self->state;
  const auto found = state.streams.find(down.source.id());
  if (found == state.streams.end()) return;
  const StreamId stream = found->second;
  spdlog::warn("the actor of {} is gone ({}); it is rebuilt from the log when it is needed",
               stream.to_string(), self->system().render(down.reason));
  forget(self, stream);
}

StreamId stream_of(const AskConversation& m) { return StreamId::of(m.ask->conversation_id); }
StreamId stream_of(const AskContact& m) { return StreamId::of(m.id); }
StreamId stream_of(const AskRegister& m) { return StreamId::of(m.ask->contact_id); }
StreamId stream_of(const AskFindContact& m) { return StreamId::of(m.ask->contact_id); }
StreamId stream_of(const AskDirectory&) { return StreamId::directory(); }

template <class Handle, class Message>
auto forward(Self self) {
  return [self](Message& message) {
    const Handle actor = actor_for<Handle>(self, stream_of(message));
    self->send(actor, std::move(message));
  };
}

}  // namespace

RegistryActor::behavior_type registry_actor(Self self, ActorContextPtr context) {
  die_with_process(self, context->fatal);
  self->state.context = std::move(context);
  self->set_down_handler([self](const caf::down_msg& down) { note_death(self, down); });
  tick_later(self);
  return {
      forward<ConversationActor, AskConversation>(self),
      forward<ContactActor, AskContact>(self),
      forward<ContactActor, AskRegister>(self),
      forward<ContactActor, AskFindContact>(self),
      forward<DirectoryActor, AskDirectory>(self),
      [self](Follow& message) {
        const StreamId stream = StreamId::queue_of(message.department_id);
        return self->delegate(actor_for<QueueActor>(self, stream), std::move(message));
      },
      [self](const Resting& resting) { let_rest(self, resting); },
      [self](Tick) {
        give_up_overdue(self);
        put_idle_away(self);
        tick_later(self);
      },
      [self](PutAllAway) {
        RegistryState& state = self->state;
        auto promise = self->make_response_promise<AllAway>();
        state.puts_all_away = true;
        if (state.awake.empty()) {
          promise.deliver(AllAway{});
        } else {
          state.away.push_back(promise);
          for (const auto& [stream, entry] : state.awake) send_put_away(self, stream, entry);
        }
        return promise;
      },
  };
}

}  // namespace bitacora::actors
