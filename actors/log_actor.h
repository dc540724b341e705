// The actor of the log: the only one that appends. It commits in groups: what has gathered while
// the last batch was synced becomes the next one.
#pragma once

#include "actors/actor_context.h"

namespace bitacora::actors {

struct LogActorState {
  static constexpr const char* name = "log";
  std::vector<events::AppendRequest> requests;
  std::vector<caf::typed_response_promise<AppendAnswer>> promises;
  std::size_t events = 0;  // of the requests
  std::size_t bytes = 0;   // of the requests, at most
  bool flush_is_due = false;
};

// Spawn it detached: an append blocks for the sync.
// @param log appended to by nobody else.
// @param projector told what is committed, in order.
// @param lag the log waits when the views are too far behind, and refuses appends (Overloaded) when
// that is in vain.
LogActor::behavior_type log_actor(LogActor::stateful_pointer<LogActorState> self,
                                  std::shared_ptr<events::Log> log, ProjectorActor projector,
                                  std::shared_ptr<ViewLag> lag, std::shared_ptr<Counters> counters,
                                  Fatal fatal);

}  // namespace bitacora::actors
