#include "actors/contact_decider.h"

#include <string>

#include "actors/text_rules.h"

namespace bitacora::actors {

using events::ErrorCode;
using events::Result;

namespace {

// The last characters of an id are the random ones.
std::string visitor_name(const events::ContactId& id) {
  constexpr std::size_t shown = 4;
  const std::string text = id.to_string();
  return "Visitante " + text.substr(text.size() - shown);
}

}  // namespace

Result<std::vector<events::ContactEvent>> decide(const events::ContactState& state,
                                                 const RegisterContact& command,
                                                 const events::ContactId& id,
                                                 const events::DirectoryState& directory) {
  if (state.registered) return std::vector<events::ContactEvent>{};
  std::string name = command.name.empty() ? visitor_name(id) : command.name;
  if (const auto good = check_name(name, "name"); !good) return good.error();
  if (const auto good = check_slug(command.channel, "channel"); !good) return good.error();
  if (!directory.department(command.department_id)) {
    return events::error(ErrorCode::Invalid, "There is no such department.");
  }
  return std::vector<events::ContactEvent>{
      events::ContactRegistered{std::move(name), command.channel, command.department_id}};
}

Result<std::optional<FirstMessage>> decide(const events::ContactState& state,
                                           const ReceiveMessage& command,
                                           const events::ContactId& id,
                                           const events::ConversationId& fresh) {
  if (!state.registered) return events::error(ErrorCode::NotFound, "There is no such contact.");
  if (state.conversation_id) return std::optional<FirstMessage>();
  if (command.flaw) return *command.flaw;
  if (const auto good = check_content(command.content); !good) return good.error();
  FirstMessage first{events::ContactConversationOpened{fresh}, {}};
  first.conversation_events.emplace_back(
      events::ConversationOpened{id, state.name, state.channel, state.department_id});
  first.conversation_events.emplace_back(events::MessageReceived{command.content});
  return std::optional(std::move(first));
}

}  // namespace bitacora::actors
