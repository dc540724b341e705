// A loader: reads the log for the actors, so that none of them blocks a thread of the scheduler.
#pragma once

#include "actors/actor_context.h"

namespace bitacora::actors {

// Spawn it detached: reads block for the disk.
// @param projector whose inbox tells where conversations stood, for the queues' steps.
LoaderActor::behavior_type loader_actor(LoaderActor::pointer self, std::shared_ptr<events::Log> log,
                                        std::shared_ptr<projections::Projector> projector,
                                        Fatal fatal);

}  // namespace bitacora::actors
