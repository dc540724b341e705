#include "http/conversation_calls.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "events/codec.h"
#include "events/limits.h"
#include "events/text.h"
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
constexpr TextBounds id_or_slug_bounds{.max = limits::slug_bytes_max};

void read_message(CallBody& body, JsonReader& reader) {
  const std::string kind = reader.text("kind", id_or_slug_bounds);
  if (kind == "quick_reply") {
    body.quick_reply_id = reader.id<events::QuickReplyId>("quick_reply_id");
  } else if (!read_written(body.written, kind, reader)) {
    refuse_kind(reader, "text, quick_reply, attachment, voice");
  }
}

void read_transfer(CallBody& body, JsonReader& reader) {
  body.department = reader.optional_text("department", id_or_slug_bounds);
  body.operator_id = reader.optional_id<events::OperatorId>("operator_id");
  body.note =
      reader.optional_text("note", {.min = 0, .max = limits::note_code_points_max}).value_or("");
  if (reader.has("department") == reader.has("operator_id")) {
    reader.refuse(events::error(ErrorCode::Invalid,
                                "A transfer names either a department or an operator_id."));
  }
}

// A quick reply as it is sent in one conversation.
struct FilledIn {
  std::string text;
  std::optional<events::Attachment> attachment{};
};

// Nullopt when it is gone, or there is nothing that they may see to fill it in for. The
// conversation itself refuses whoever may not see it.
std::optional<FilledIn> filled_in(const events::ConversationId& id,
                                  const events::QuickReplyId& quick_reply_id,
                                  const events::Viewer& viewer, const CallSources& sources) {
  const events::Directory& directory = sources.directory;
  const auto found = directory->quick_replies.find(quick_reply_id);
  if (found == directory->quick_replies.end() || !may_use(viewer, found->second)) {
    return std::nullopt;
  }
  const auto state = projections::find_conversation(*sources.projector.read_inbox(), id);
  if (!state || !may_see(viewer, state->facts)) return std::nullopt;
  const events::Operator* account = directory->operator_of(viewer.id);
  const events::Department* department = directory->department(state->facts.department_id);
  return FilledIn{
      fill_in(found->second.text, state->contact_name, account != nullptr ? account->name : "",
              department != nullptr ? department->name : ""),
      found->second.attachment};
}

// The same file under an id of its own, as each message has.
events::Result<events::Attachment> copy_of(events::Attachment attachment,
                                           const CallSources& sources) {
  const auto fresh = events::AttachmentId::make(sources.clock.now());
  const auto linked = sources.blobs != nullptr
                          ? sources.blobs->link(attachment.id, fresh)
                          : events::error(ErrorCode::NotFound, "There are no files.");
  if (!linked && linked.error().code == ErrorCode::NotFound) {
    return events::error(ErrorCode::NoSuchQuickReply, "The quick reply's file is not there.");
  }
  if (!linked) return linked.error();
  attachment.id = fresh;
  return attachment;
}

actors::SendReply to_quick_reply(const events::ConversationId& id,
                                 const events::QuickReplyId& quick_reply_id,
                                 const events::Viewer& viewer, const CallSources& sources) {
  actors::SendReply reply{{.text = {}, .quick_reply_id = quick_reply_id}};
  auto filled = filled_in(id, quick_reply_id, viewer, sources);
  if (!filled) {
    reply.flaw =
        events::error(ErrorCode::NoSuchQuickReply, "There is no such quick reply any more.");
    return reply;
  }
  reply.content.text = std::move(filled->text);
  if (!filled->attachment) return reply;
  auto copy = copy_of(*std::move(filled->attachment), sources);
  if (!copy) {
    reply.flaw = copy.error();
  } else if (events::code_points(reply.content.text) <= limits::caption_code_points_max) {
    reply.content.attachment = *std::move(copy);
  } else {
    reply.second =
        events::MessageContent{.text = {}, .quick_reply_id = quick_reply_id, .attachment = *copy};
  }
  return reply;
}

actors::SendReply to_reply(const events::ConversationId& id, CallBody body,
                           const events::Viewer& viewer, const CallSources& sources) {
  if (body.quick_reply_id) return to_quick_reply(id, *body.quick_reply_id, viewer, sources);
  FoundContent found =
      find_content(std::move(body.written), events::Who::of(viewer.id), sources.uploads);
  return {std::move(found.content), std::nullopt, std::move(found.flaw)};
}

events::Result<actors::ConversationCommand> to_transfer(CallBody body,
                                                        const events::DirectoryState& directory) {
  actors::Transfer transfer{.operator_id = body.operator_id, .note = std::move(body.note)};
  if (body.department) {
    const events::Department* department = directory.department_by_slug(*body.department);
    if (department == nullptr) {
      return events::error(ErrorCode::Invalid, "There is no such department.");
    }
    transfer.department_id = department->id;
  }
  return actors::ConversationCommand(std::move(transfer));
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

events::Fingerprint fingerprint_of(std::string_view method, std::string_view path,
                                   std::initializer_list<std::string_view> parts) {
  return fingerprint_of_parts(method, path, {parts.begin(), parts.end()});
}

events::Fingerprint fingerprint_of_parts(std::string_view method, std::string_view path,
                                         const std::vector<std::string>& parts) {
  std::string bytes;
  add_part(bytes, method);
  add_part(bytes, path);
  for (const std::string_view part : parts) add_part(bytes, part);
  return events::sha256(bytes);
}

events::Fingerprint fingerprint_of(const events::ConversationId& id, const CallBody& body) {
  const std::string path =
      "/api/v1/conversations/" + id.to_string() + "/" + std::string(path_segment(body.name));
  std::vector<std::string> parts{body.written.text,
                                 body.quick_reply_id ? body.quick_reply_id->to_string() : "",
                                 body.department.value_or(""),
                                 body.operator_id ? body.operator_id->to_string() : "", body.note};
  add_file_parts(parts, body.written);
  return fingerprint_of_parts("POST", path, parts);
}

bool takes_disk(const CallBody& body, const CallSources& sources) {
  if (!body.quick_reply_id) return false;
  const events::Directory& directory = sources.directory;
  const auto found = directory->quick_replies.find(*body.quick_reply_id);
  return found != directory->quick_replies.end() && found->second.attachment;
}

events::Result<actors::ConversationCommand> to_command(const events::ConversationId& id,
                                                       CallBody body, const events::Viewer& viewer,
                                                       const CallSources& sources) {
  using Command = actors::ConversationCommand;
  switch (body.name) {
    case CallName::SendMessage:
      return Command(to_reply(id, std::move(body), viewer, sources));
    case CallName::Claim:
      return Command(actors::Claim{});
    case CallName::Release:
      return Command(actors::Release{});
    case CallName::Close:
      return Command(actors::Close{});
    case CallName::Reopen:
      return Command(actors::Reopen{});
    case CallName::Transfer:
      return to_transfer(std::move(body), *sources.directory);
    case CallName::Read:
      return Command(actors::MarkRead{});
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
