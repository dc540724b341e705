// The actor of one conversation: decides its commands one after the other, and answers each when
// its events are synced.
#pragma once

#include "actors/actor_context.h"

namespace bitacora::actors {

struct ConversationActorState {
  static constexpr const char* name = "conversation";
  events::ConversationId id;
  RegistryActor registry;
  ActorContextPtr context;
  PendingAnswerPtr pending;
  events::ConversationState conversation;
  events::Version snapshot;   // of the newest one that is stored
  std::uint64_t handled = 0;  // messages from the registry
};

// @param registry spawned it, and is told when it rests.
// @param pending shared with the registry, which watches it.
ConversationActor::behavior_type conversation_actor(
    ConversationActor::stateful_pointer<ConversationActorState> self, RegistryActor registry,
    events::ConversationId id, ActorContextPtr context, PendingAnswerPtr pending);

}  // namespace bitacora::actors
