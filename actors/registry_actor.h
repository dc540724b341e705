// The registry: knows which aggregates are awake, wakes them when somebody asks, and puts them away
// when nobody does.
//
// No message is lost on the way to an actor that is put away: the registry counts what it forwards,
// the aggregate counts what it has handled, and only when both agree is it forgotten. So there are
// never two actors of one stream that have commands.
#pragma once

#include <list>
#include <unordered_map>

#include "actors/actor_context.h"

namespace bitacora::actors {

struct RegistryState {
  static constexpr const char* name = "registry";
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Entry {
    caf::strong_actor_ptr actor;
    PendingAnswerPtr pending;
    std::uint64_t forwarded = 0;
    TimePoint used;
    // In by_use; the directory and the queues, which always stay, are not in it.
    std::optional<std::list<events::StreamId>::iterator> place;
  };

  ActorContextPtr context;
  std::unordered_map<events::StreamId, Entry> awake;
  std::unordered_map<caf::actor_id, events::StreamId> streams;
  std::list<events::StreamId> by_use;  // least recently used first
  bool puts_all_away = false;
  std::vector<caf::typed_response_promise<AllAway>> away;
};

RegistryActor::behavior_type registry_actor(RegistryActor::stateful_pointer<RegistryState> self,
                                            ActorContextPtr context);

}  // namespace bitacora::actors
