#include "events/contact.h"

namespace bitacora::events {

namespace {

struct EvolveContact {
  ContactState& state;

  void operator()(const ContactRegistered& event) const {
    state.registered = true;
    state.name = event.name;
    state.channel = event.channel;
    state.department_id = event.department_id;
  }
  void operator()(const ContactConversationOpened& event) const {
    state.conversation_id = event.conversation_id;
  }
};

}  // namespace

ContactState evolve(ContactState state, const ContactEvent& event, const EventPlace& place) {
  std::visit(EvolveContact{state}, event);
  state.version = place.version;
  return state;
}

}  // namespace bitacora::events
