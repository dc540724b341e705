// The actor of a department's queue: puts into the log who began and who ceased to wait.
#pragma once

#include "actors/actor_context.h"

namespace bitacora::actors {

struct QueueActorState {
  static constexpr const char* name = "queue";
  events::DepartmentId id;
  RegistryActor registry;
  ActorContextPtr context;
  PendingAnswerPtr pending;
  events::DepartmentQueueState queue;
  events::Version snapshot;   // of the newest one that is stored
  std::uint64_t handled = 0;  // messages from the registry
};

// Publishes its figures on the context's board.
// @param registry spawned it, and is told when it rests.
// @param pending shared with the registry, which watches it.
QueueActor::behavior_type queue_actor(QueueActor::stateful_pointer<QueueActorState> self,
                                      RegistryActor registry, events::DepartmentId id,
                                      ActorContextPtr context, PendingAnswerPtr pending);

}  // namespace bitacora::actors
