#include "http/domain_json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bitacora::http {

namespace {

using events::DirectoryState;
using projections::Message;
using projections::MessageFrom;
using projections::Tab;

template <class IdType>
json::string id_json(const IdType& id, const json::storage_ptr& memory) {
  return {id.to_string(), memory};
}

json::string time_json(events::Instant at, const json::storage_ptr& memory) {
  return {at.to_string(), memory};
}

json::value time_or_null(const std::optional<events::Instant>& at,
                         const json::storage_ptr& memory) {
  return at ? json::value(time_json(*at, memory)) : json::value(nullptr, memory);
}

json::object named(std::string_view id, std::string_view name, const json::storage_ptr& memory) {
  json::object object(memory);
  object.reserve(2);
  object.emplace("id", id);
  object.emplace("name", name);
  return object;
}

// An operator that the directory does not know has no name to show: the id stands for it.
std::string operator_name(const events::OperatorId& id, const DirectoryState& directory) {
  const events::Operator* account = directory.operator_of(id);
  return account != nullptr ? account->name : id.to_string();
}

json::array departments_json(const std::set<events::DepartmentId>& ids,
                             const DirectoryState& directory, const json::storage_ptr& memory) {
  json::array list(memory);
  list.reserve(ids.size());
  for (const events::DepartmentId& id : ids) {
    const events::Department* department = directory.department(id);
    if (department != nullptr) list.emplace_back(department_json(*department, memory));
  }
  return list;
}

json::object file_json(const events::Attachment& file, const json::storage_ptr& memory) {
  json::object object(memory);
  object.reserve(8);
  object.emplace("id", id_json(file.id, memory));
  object.emplace("name", file.name);
  object.emplace("mime", file.mime);
  object.emplace("size_bytes", file.size_bytes);
  return object;
}

json::value attachment_or_null(const std::optional<projections::MessageAttachment>& attachment,
                               const json::storage_ptr& memory) {
  if (!attachment) return json::value(nullptr, memory);
  json::object object = file_json(attachment->file, memory);
  object.emplace("thumbnail", attachment->thumbnail);
  json::value duration(nullptr, memory);
  if (attachment->duration_ms) duration = *attachment->duration_ms;
  object.emplace("duration_ms", std::move(duration));
  json::value waveform(nullptr, memory);
  if (!attachment->waveform.empty()) {
    waveform = json::array(attachment->waveform.begin(), attachment->waveform.end(), memory);
  }
  object.emplace("waveform", std::move(waveform));
  object.emplace("examination", name_of(attachment->examination));
  return object;
}

// Null when there is none.
json::value text_or_null(bool is_there, std::string_view text, const json::storage_ptr& memory) {
  return is_there ? json::value(text, memory) : json::value(nullptr, memory);
}

json::object message_members(const Message& message, json::value author,
                             const json::storage_ptr& memory) {
  json::object object(memory);
  object.reserve(11);
  object.emplace("id", id_json(message.id, memory));
  object.emplace("conversation_id", id_json(message.conversation_id, memory));
  object.emplace("version", message.version.value());
  object.emplace("at", time_json(message.at, memory));
  object.emplace("from", name_of(message.from));
  object.emplace("author", std::move(author));
  object.emplace("kind", name_of(message.kind));
  const bool has_caption = message.attachment && !message.text.empty();
  object.emplace("text", text_or_null(!message.attachment, message.text, memory));
  object.emplace("caption", text_or_null(has_caption, message.text, memory));
  object.emplace("attachment", attachment_or_null(message.attachment, memory));
  object.emplace("delivery", name_of(message.delivery));
  return object;
}

}  // namespace

json::value operator_or_null(const std::optional<events::OperatorId>& id,
                             const DirectoryState& directory, json::storage_ptr memory) {
  if (!id) return json::value(nullptr, std::move(memory));
  return named(id->to_string(), operator_name(*id, directory), memory);
}

json::object department_json(const events::Department& department, json::storage_ptr memory) {
  json::object object(memory);
  object.reserve(3);
  object.emplace("id", id_json(department.id, memory));
  object.emplace("slug", department.slug);
  object.emplace("name", department.name);
  return object;
}

json::object managed_department_json(const events::Department& department,
                                     json::storage_ptr memory) {
  json::object object = department_json(department, memory);
  json::array origins(memory);
  for (const std::string& origin : department.allowed_origins) origins.emplace_back(origin);
  object.emplace("allowed_origins", std::move(origins));
  return object;
}

json::object account_json(const events::Operator& account, const DirectoryState& directory,
                          json::storage_ptr memory) {
  json::object object(memory);
  object.reserve(6);
  object.emplace("id", id_json(account.id, memory));
  object.emplace("username", account.username);
  object.emplace("name", account.name);
  object.emplace("role", events::role_name(account.role));
  object.emplace("departments", departments_json(account.departments, directory, memory));
  return object;
}

json::object managed_account_json(const events::Operator& account, const DirectoryState& directory,
                                  json::storage_ptr memory) {
  json::object object = account_json(account, directory, std::move(memory));
  object.emplace("active", account.active);
  return object;
}

json::object colleague_json(const events::Operator& account, const DirectoryState& directory,
                            json::storage_ptr memory) {
  json::object object = account_json(account, directory, std::move(memory));
  object.erase("username");
  return object;
}

json::object quick_reply_json(const events::QuickReply& reply, const DirectoryState& directory,
                              json::storage_ptr memory) {
  json::object object(memory);
  object.reserve(4);
  object.emplace("id", id_json(reply.id, memory));
  object.emplace("title", reply.title);
  object.emplace("text", reply.text);
  const events::Department* department =
      reply.department_id ? directory.department(*reply.department_id) : nullptr;
  if (department != nullptr) {
    object.emplace("department", department_json(*department, memory));
  } else {
    object.emplace("department", nullptr);
  }
  json::value attachment(nullptr, memory);
  if (reply.attachment) attachment = file_json(*reply.attachment, memory);
  object.emplace("attachment", std::move(attachment));
  return object;
}

json::object conversation_json(const events::ConversationId& id,
                               const events::ConversationState& state,
                               const DirectoryState& directory, json::storage_ptr memory) {
  json::object object(memory);
  object.reserve(13);
  object.emplace("id", id_json(id, memory));
  object.emplace("state", events::status_name(state.facts.status));
  object.emplace("contact", named(state.contact_id.to_string(), state.contact_name, memory));
  object.emplace("channel", state.channel);
  const events::Department* department = directory.department(state.facts.department_id);
  const events::Department unknown{state.facts.department_id, "", ""};
  object.emplace("department",
                 department_json(department != nullptr ? *department : unknown, memory));
  object.emplace("owner", operator_or_null(state.facts.owner, directory, memory));
  object.emplace("preview", state.preview);
  object.emplace("unread", state.unread);
  object.emplace("opened_at", time_json(state.opened_at, memory));
  object.emplace("waiting_since", time_or_null(state.waiting_since, memory));
  object.emplace("last_message_at", time_json(state.last_message_at, memory));
  object.emplace("version", state.version.value());
  object.emplace("position", state.position.value());
  return object;
}

json::object message_json(const Message& message, std::string_view contact_name,
                          const DirectoryState& directory, json::storage_ptr memory) {
  json::value author(nullptr, memory);
  if (message.from == MessageFrom::Contact && message.contact_id) {
    author = named(message.contact_id->to_string(), contact_name, memory);
  } else if (message.operator_id) {
    author = operator_or_null(message.operator_id, directory, memory);
  }
  return message_members(message, std::move(author), memory);
}

json::object contact_conversation_json(const events::ConversationId& id,
                                       const events::ConversationState& state,
                                       const DirectoryState& directory, json::storage_ptr memory) {
  json::object object(memory);
  object.reserve(3);
  object.emplace("id", id_json(id, memory));
  object.emplace("state", events::status_name(state.facts.status));
  json::value attended_by(nullptr, memory);
  if (state.facts.status == events::ConversationStatus::Attending && state.facts.owner) {
    json::object owner(memory);
    owner.emplace("name", operator_name(*state.facts.owner, directory));
    attended_by = std::move(owner);
  }
  object.emplace("attended_by", std::move(attended_by));
  return object;
}

json::object counts_json(const projections::InboxCounts& counts, json::storage_ptr memory) {
  json::object object(std::move(memory));
  object.emplace("waiting", counts.waiting);
  object.emplace("attending", counts.attending);
  return object;
}

std::optional<Tab> parse_tab(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Tab>, 3> tabs{
      {{"waiting", Tab::Waiting}, {"attending", Tab::Attending}, {"closed", Tab::Closed}}};
  for (const auto& [tab_name, tab] : tabs) {
    if (tab_name == name) return tab;
  }
  return std::nullopt;
}

std::string fill_in(std::string_view text, std::string_view contact_name,
                    std::string_view operator_name, std::string_view department_name) {
  const std::array<std::pair<std::string_view, std::string_view>, 3> values{{
      {"{{contact.name}}", contact_name},
      {"{{operator.name}}", operator_name},
      {"{{department}}", department_name},
  }};
  std::string filled;
  while (!text.empty()) {
    const std::size_t brace = std::min(text.find("{{"), text.size());
    filled += text.substr(0, brace);
    text.remove_prefix(brace);
    if (text.empty()) break;
    const auto* const found = std::find_if(values.begin(), values.end(), [&](const auto& entry) {
      return text.starts_with(entry.first);
    });
    filled += found == values.end() ? text.substr(0, 1) : found->second;
    text.remove_prefix(found == values.end() ? 1 : found->first.size());
  }
  return filled;
}

}  // namespace bitacora::http
