// The projector's actor: applies what is committed to the views, announces it, and tells the queues
// who began and who ceased to wait, and the rescuer when a conversation may be stranded.
#pragma once

#include "actors/actor_context.h"

namespace bitacora::actors {

struct ProjectorActorState {
  static constexpr const char* name = "projector";
  std::vector<events::RecordedEventPtr> gathered;
  bool apply_is_due = false;
  FollowerActor follower;
  // What the follower has been told of.
  events::Position told;
  RescuerActor rescuer;
};

struct ProjectorDependencies {
  std::shared_ptr<events::Log> log;
  std::shared_ptr<projections::Projector> projector;
  std::shared_ptr<ViewLag> lag;
  std::function<void(projections::AnnouncementPtr)> announce;
  Fatal fatal;
};

// Spawn it detached: it blocks for writes.
ProjectorActor::behavior_type projector_actor(
    ProjectorActor::stateful_pointer<ProjectorActorState> self, ProjectorDependencies with);

}  // namespace bitacora::actors
