// The follower: leads the department queues along the conversations' events.
//
// It holds a position, not a queue: while it keeps up it is told the steps as they happen; when it
// starts, or is too far behind, it reads the log from where it is, in pages and with pauses, so
// that commands do not feel it.
#pragma once

#include "actors/actor_context.h"

namespace bitacora::actors {

struct FollowerActorState {
  static constexpr const char* name = "follower";
  // Not a handle: CAF would make the first member of an aggregate from the actor itself.
  ActorContextPtr context;
  RegistryActor registry;
  // All queues have followed the log up to and including this position.
  events::Position followed;
  // As last kept for the next start.
  events::Position kept;
  // While reading the log: what was told meanwhile ends here.
  bool reads_log = true;
  events::Position told_to;
  // Told, in order, while a round was under way; ends at gathered_to.
  std::vector<QueueStep> gathered;
  events::Position gathered_to;
  // The round under way: departments that have not answered yet, and where it ends.
  std::size_t unanswered = 0;
  bool round_failed = false;
  bool is_busy = false;
  events::Position round_to;
  std::chrono::steady_clock::time_point round_began;
  bool stops = false;
  std::vector<caf::typed_response_promise<BarrierReached>> stopped;
};

// @param registry has the queues.
FollowerActor::behavior_type follower_actor(
    FollowerActor::stateful_pointer<FollowerActorState> self, RegistryActor registry,
    ActorContextPtr context);

}  // namespace bitacora::actors
