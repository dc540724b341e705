// The actor of one examination: appends what was found in an attachment to its stream, and is gone.
#pragma once

#include <caf/event_based_actor.hpp>

#include "actors/actor_context.h"

namespace bitacora::actors {

struct ExaminationState {
  static constexpr const char* name = "examination";
};

// Answers when it is synced, or stands there already, or there is nothing to append to.
void examination_actor(caf::stateful_actor<ExaminationState>* self, ActorContextPtr context,
                       std::shared_ptr<ExaminationAsk> ask);

}  // namespace bitacora::actors
