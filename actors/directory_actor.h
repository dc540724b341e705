// The actor of the directory: the one who changes departments, operators and quick replies.
#pragma once

#include "actors/actor_context.h"

namespace bitacora::actors {

struct DirectoryActorState {
  static constexpr const char* name = "directory";
  // Not a handle: CAF would make the first member of an aggregate from the actor itself.
  ActorContextPtr context;
  RegistryActor registry;
  PendingAnswerPtr pending;
  events::Directory directory;
  events::Version snapshot;   // of the newest one that is stored
  std::uint64_t handled = 0;  // messages from the registry
};

// Publishes each new directory on the context's board before it answers.
// @param registry spawned it, and is told when it rests.
// @param pending shared with the registry, which watches it.
DirectoryActor::behavior_type directory_actor(
    DirectoryActor::stateful_pointer<DirectoryActorState> self, RegistryActor registry,
    ActorContextPtr context, PendingAnswerPtr pending);

}  // namespace bitacora::actors
