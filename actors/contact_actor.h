// The actor of one contact: takes what the contact writes one message at a time, on whatever
// connection it comes. The first message opens the conversation; later ones go there, in order.
#pragma once

#include "actors/actor_context.h"

namespace bitacora::actors {

struct ContactActorState {
  static constexpr const char* name = "contact";
  events::ContactId id;
  RegistryActor registry;
  ActorContextPtr context;
  PendingAnswerPtr pending;
  events::ContactState contact;
  events::Position position;  // of its last event
  std::uint64_t handled = 0;  // messages from the registry
};

// @param registry takes the messages of a contact whose conversation is open.
// @param pending shared with the registry, which watches it.
ContactActor::behavior_type contact_actor(ContactActor::stateful_pointer<ContactActorState> self,
                                          RegistryActor registry, events::ContactId id,
                                          ActorContextPtr context, PendingAnswerPtr pending);

}  // namespace bitacora::actors
