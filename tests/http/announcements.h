// Announcements as the projector makes them, put together by hand; and people who may see some of
// what is in them.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "events/visibility.h"
#include "projections/projector.h"

namespace bitacora::http {

inline const events::Instant noon = events::Instant::from_unix_ms(1'790'000'000'000);
inline const auto ventas = events::DepartmentId::make(noon);
inline const auto soporte = events::DepartmentId::make(noon);
inline const auto ana = events::OperatorId::make(noon);
inline const auto bruno = events::OperatorId::make(noon);

inline events::Viewer operator_of(const events::OperatorId& id,
                                  const events::DepartmentId& department) {
  return {id, events::Role::Operator, {department}};
}

inline events::ConversationFacts waiting(const events::DepartmentId& department) {
  return {events::ConversationStatus::Waiting, department, std::nullopt};
}
inline events::ConversationFacts attended(const events::DepartmentId& department,
                                          const events::OperatorId& owner) {
  return {events::ConversationStatus::Attending, department, owner};
}

inline projections::ConversationChange change_of(const events::ConversationId& id,
                                                 const events::ConversationFacts& before,
                                                 const events::ConversationFacts& after,
                                                 events::Position position) {
  projections::ConversationChange change{.id = id, .before = before, .after = {}, .messages = {}};
  change.after.facts = after;
  change.after.contact_name = "Núñez";
  change.after.position = position;
  return change;
}

inline projections::Message message_of(const events::ConversationId& id, events::Position position,
                                       std::string text) {
  projections::Message message;
  message.id = events::MessageId::make(noon);
  message.conversation_id = id;
  message.position = position;
  message.text = std::move(text);
  return message;
}

inline projections::Announcement announcement_of(
    events::Position from, events::Position to,
    std::vector<projections::ConversationChange> changes) {
  return {.from = from,
          .to = to,
          .changes = std::move(changes),
          .directory = std::make_shared<const events::DirectoryState>()};
}

}  // namespace bitacora::http
