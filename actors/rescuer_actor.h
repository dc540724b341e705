// The rescuer: gives conversations back to Espera whose owner may not attend any more.
//
// It is told that there may be some, not which: it looks into the inbox for a handful of them, has
// each released by its own actor, and looks again until there are none. So it needs no memory: what
// a crash or a full log left undone is found at the next look.
#pragma once

#include "actors/actor_context.h"

namespace bitacora::actors {

struct RescuerActorState {
  static constexpr const char* name = "rescuer";
  // Not a handle: CAF would make the first member of an aggregate from the actor itself.
  ActorContextPtr context;
  RegistryActor registry;
  Traffic* traffic = nullptr;
  // It looks, waits for releases, or pauses before it looks on.
  bool is_busy = false;
  // It was told meanwhile, of what the look under way may have missed.
  bool told_again = false;
  std::size_t unanswered = 0;  // releases under way
  std::optional<events::Error> failure;
};

// @param registry has the conversations.
// @param traffic counts the releases among the commands under way. Outlives the actor.
RescuerActor::behavior_type rescuer_actor(RescuerActor::stateful_pointer<RescuerActorState> self,
                                          RegistryActor registry, ActorContextPtr context,
                                          Traffic* traffic);

}  // namespace bitacora::actors
