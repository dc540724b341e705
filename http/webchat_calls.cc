#include "http/webchat_calls.h"

#include <algorithm>

#include "events/limits.h"
#include "http/conversation_calls.h"
#include "http/domain_json.h"

namespace bitacora::http {

events::Fingerprint registration_fingerprint(std::string_view name, std::string_view department) {
  return fingerprint_of("POST", "/api/v1/webchat/visitors", {name, department});
}

events::Fingerprint contact_message_fingerprint(const WrittenMessage& message) {
  std::vector<std::string> parts{message.text};
  add_file_parts(parts, message);
  return fingerprint_of_parts("POST", "/api/v1/webchat/messages", parts);
}

WrittenMessage read_contact_message(JsonReader& reader) {
  const std::string kind = reader.text("kind", {.max = events::limits::slug_bytes_max});
  WrittenMessage message;
  if (!read_written(message, kind, reader)) refuse_kind(reader, "text, attachment, voice");
  return message;
}

actors::ReceiveMessage to_receive(WrittenMessage message, const events::ContactId& contact,
                                  const FinishedUploads* uploads) {
  FoundContent found = find_content(std::move(message), events::Who::of(contact), uploads);
  return {std::move(found.content), std::move(found.flaw)};
}

json::object contact_outcome_json(const actors::ConversationOutcome& outcome,
                                  const events::DirectoryState& directory,
                                  json::storage_ptr memory) {
  BITACORA_INVARIANT(outcome.message.has_value(), "a contact's command is a message");
  json::object object(memory);
  object.emplace("message", message_json(*outcome.message, outcome.conversation.contact_name,
                                         directory, memory));
  object.emplace("conversation_id", outcome.conversation_id.to_string());
  object.emplace("position", outcome.position.value());
  return object;
}

std::optional<ContactConversation> contact_conversation(const projections::ViewReader& inbox,
                                                        const events::ContactState& contact) {
  if (!contact.conversation_id) return std::nullopt;
  auto state = projections::find_conversation(inbox, *contact.conversation_id);
  if (!state) return std::nullopt;
  return ContactConversation{*contact.conversation_id, *std::move(state)};
}

std::vector<projections::Message> contact_messages_before(const projections::ViewReader& transcript,
                                                          const events::ConversationId& id,
                                                          std::optional<events::Version> before,
                                                          std::size_t count_max) {
  std::vector<projections::Message> found;
  while (found.size() < count_max) {
    const std::size_t wanted = count_max - found.size();
    auto page = projections::messages_before(transcript, id, before, wanted);
    if (!page.empty()) before = page.back().version;
    const bool last = page.size() < wanted;
    std::copy_if(page.begin(), page.end(), std::back_inserter(found), [](const auto& message) {
      return message.kind != projections::MessageKind::System;
    });
    if (last) break;
  }
  return found;
}

}  // namespace bitacora::http
