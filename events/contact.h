// The contact: a person who writes in. Its stream is what makes two first messages at the same
// instant open one conversation: they are taken one at a time, and the first names the
// conversation here in the same append that opens it.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "events/conversation.h"

namespace bitacora::events {

struct ContactRegistered {
  std::string name;            // 1 to limits::name_code_points_max code points
  std::string channel;         // "webchat"
  DepartmentId department_id;  // whom the contact wants to reach
  friend bool operator==(const ContactRegistered&, const ContactRegistered&) = default;
};

// The contact's conversation exists from here on; later messages go there, and reopen it if it was
// closed.
struct ContactConversationOpened {
  ConversationId conversation_id;
  friend bool operator==(const ContactConversationOpened&,
                         const ContactConversationOpened&) = default;
};

using ContactEvent = std::variant<ContactRegistered, ContactConversationOpened>;

struct ContactState {
  bool registered = false;
  std::string name;
  std::string channel;
  DepartmentId department_id;
  std::optional<ConversationId> conversation_id{};
  Version version;
  friend bool operator==(const ContactState&, const ContactState&) = default;
};

ContactState evolve(ContactState state, const ContactEvent& event, const EventPlace& place);

}  // namespace bitacora::events
