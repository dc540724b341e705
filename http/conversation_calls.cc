#include "http/conversation_calls.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "events/codec.h"
#include "events/limits.h"
#include "http/domain_json.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::ErrorCode;

struct CallNames {
  CallName name;
  std::string_view command;
  std::string_view segment;
};

constexpr std::array<CallNames, 7> names{{
    {CallName::SendMessage, "send_message", "messages"},
    {CallName::Claim, "claim", "claim"},
    {CallName::Release, "release", "release"},
    {CallName::Close, "close", "close"},
    {CallName::Reopen, "reopen", "reopen"},
    {CallName::Transfer, "transfer", "transfer"},
    {CallName::Read, "read", "read"},
}};

const CallNames& names_of(CallName name) { return names.at(static_cast<std::size_t>(name)); }

// A length before each part, so that no two lists of parts give the same bytes.
void add_part(std::string& bytes, std::string_view part) {
  bytes += std::to_string(part.size());
  bytes += ':';
  bytes += part;
}

// A whole id or slug, read by the next layer; longer is not worth keeping.
constexpr TextBounds name_bounds{.max = limits::slug_bytes_max};

void read_message(CallBody& body, JsonReader& reader) {
  const std::string kind = reader.text("kind", name_bounds);
  if (kind == "text") {
    body.text = reader.text("text", {.max = limits::message_code_points_max});
  } else if (kind == "quick_reply") {
    body.quick_reply_id = reader.id<events::QuickReplyId>("quick_reply_id");
  } else if (kind == "attachment" || kind == "voice") {
    read_refused_attachment(reader, kind == "attachment");
  } else if (!kind.empty()) {
    reader.refuse("kind", "is none of text, quick_reply, attachment, voice");
  }
}

void read_transfer(CallBody& body, JsonReader& reader) {
  body.department = reader.optional_text("department", name_bounds);
  body.operator_id = reader.optional_id<events::OperatorId>("operator_id");
  body.note =
      reader.optional_text("note", {.min = 0, .max = limits::note_code_points_max}).value_or("");
  if (reader.has("department") == reader.has("operator_id")) {
    reader.refuse(events::error(ErrorCode::Invalid,
                                "A transfer names either a department or an operator_id."));
  }
}

bool may_use(const events::QuickReply& reply, const events::Viewer& viewer) {
  return viewer.role != events::Role::Operator || !reply.department_id ||
         viewer.departments.contains(*reply.department_id);
}

// The quick reply's text for this conversation; nullopt when there is nothing to fill it in for.
// The conversation itself refuses whoever may not see it.
std::optional<std::string> filled_in(const events::ConversationId& id,
                                     const events::QuickReplyId& quick_reply_id,
                                     const events::Viewer& viewer,
                                     const projections::Projector& projector) {
  const events::Directory directory = projector.directory();
  const auto found = directory->quick_replies.find(quick_reply_id);
  if (found == directory->quick_replies.end() || !may_use(found->second, viewer)) {
    return std::nullopt;
  }
  const auto state = projections::find_conversation(*projector.read_inbox(), id);
  if (!state) return std::nullopt;
  const events::Operator* account = directory->operator_of(viewer.id);
  const events::Department* department = directory->department(state->facts.department_id);
  return fill_in(found->second.text, state->contact_name, account != nullptr ? account->name : "",
                 department != nullptr ? department->name : "");
}

PreparedCommand to_reply(const events::ConversationId& id, CallBody body,
                         const events::Viewer& viewer, const projections::Projector& projector) {
  if (!body.quick_reply_id) {
    return {actors::SendReply{{.text = std::move(body.text)}}};
  }
  auto text = filled_in(id, *body.quick_reply_id, viewer, projector);
  PreparedCommand prepared;
  if (!text) {
    prepared.instead_of_invalid =
        events::error(ErrorCode::Invalid, "There is no such quick reply any more.");
  }
  prepared.command = actors::SendReply{
      {.text = std::move(text).value_or(""), .quick_reply_id = body.quick_reply_id}};
  return prepared;
}

events::Result<PreparedCommand> to_transfer(CallBody body,
                                            const projections::Projector& projector) {
  actors::Transfer transfer{.operator_id = body.operator_id, .note = std::move(body.note)};
  if (body.department) {
    const events::Directory directory = projector.directory();
    const events::Department* department = directory->department_by_slug(*body.department);
    if (department == nullptr) {
      return events::error(ErrorCode::Invalid, "There is no such department.");
    }
    transfer.department_id = department->id;
  }
  return PreparedCommand{std::move(transfer)};
}

}  // namespace

std::string_view command_name(CallName name) { return names_of(name).command; }
std::string_view path_segment(CallName name) { return names_of(name).segment; }

std::optional<CallName> parse_command_name(std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const CallNames& entry) { return entry.command == name; });
  return found == names.end() ? std::nullopt : std::optional<CallName>(found->name);
}

bool has_body(CallName name) { return name == CallName::SendMessage || name == CallName::Transfer; }

CallBody read_call_body(CallName name, JsonReader& reader) {
  CallBody body{.name = name};
  if (name == CallName::SendMessage) read_message(body, reader);
  if (name == CallName::Transfer) read_transfer(body, reader);
  return body;
}

void read_refused_attachment(JsonReader& reader, bool with_caption) {
  reader.text("attachment_id", {.max = limits::slug_bytes_max});
  if (with_caption) {
    reader.optional_text(
        "caption",
        {.min = 0, .max = limits::caption_code_points_max, .too_long = ErrorCode::CaptionTooLong});
  }
  reader.refuse(events::error(ErrorCode::Invalid,
                              "Attachments and voice notes are not accepted by this server yet."));
}

events::Fingerprint fingerprint_of(std::string_view method, std::string_view path,
                                   std::initializer_list<std::string_view> parts) {
  std::string bytes;
  add_part(bytes, method);
  add_part(bytes, path);
  for (const std::string_view part : parts) add_part(bytes, part);
  return events::sha256(bytes);
}

events::Fingerprint fingerprint_of(const events::ConversationId& id, const CallBody& body) {
  const std::string path =
      "/api/v1/conversations/" + id.to_string() + "/" + std::string(path_segment(body.name));
  return fingerprint_of("POST", path,
                        {body.text, body.quick_reply_id ? body.quick_reply_id->to_string() : "",
                         body.department.value_or(""),
                         body.operator_id ? body.operator_id->to_string() : "", body.note});
}

events::Result<PreparedCommand> to_command(const events::ConversationId& id, CallBody body,
                                           const events::Viewer& viewer,
                                           const projections::Projector& projector) {
  switch (body.name) {
    case CallName::SendMessage:
      return to_reply(id, std::move(body), viewer, projector);
    case CallName::Claim:
      return PreparedCommand{actors::Claim{}};
    case CallName::Release:
      return PreparedCommand{actors::Release{}};
    case CallName::Close:
      return PreparedCommand{actors::Close{}};
    case CallName::Reopen:
      return PreparedCommand{actors::Reopen{}};
    case CallName::Transfer:
      return to_transfer(std::move(body), projector);
    case CallName::Read:
      return PreparedCommand{actors::MarkRead{}};
  }
  return events::error(ErrorCode::Internal, "A call without a meaning.");
}

json::object outcome_json(const actors::ConversationOutcome& outcome,
                          const events::DirectoryState& directory, json::storage_ptr memory) {
  json::object object(memory);
  object.reserve(3);
  if (outcome.message) {
    object.emplace("message", message_json(*outcome.message, outcome.conversation.contact_name,
                                           directory, memory));
  }
  object.emplace("conversation", conversation_json(outcome.conversation_id, outcome.conversation,
                                                   directory, memory));
  object.emplace("position", outcome.position.value());
  return object;
}

events::Result<void> check_key(std::string_view key) {
  const bool visible =
      std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x21 && c <= 0x7e; });
  if (key.empty() || key.size() > limits::idempotency_key_bytes_max || !visible) {
    return events::error(ErrorCode::BadIdempotencyKey,
                         "An idempotency key is 1 to 64 visible ASCII characters.");
  }
  return {};
}

}  // namespace bitacora::http
