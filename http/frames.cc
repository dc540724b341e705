#include "http/frames.h"

#include <utility>

#include "events/limits.h"
#include "http/domain_json.h"
#include "http/problem.h"

namespace bitacora::http {

namespace {

Frame frame_of(const json::object& object) {
  return std::make_shared<const std::string>(json::serialize(object));
}

json::object typed(std::string_view type, json::storage_ptr memory = {}) {
  json::object object(std::move(memory));
  object.emplace("type", type);
  return object;
}

std::string change_frame(std::string_view type, std::string_view name, const json::object& value) {
  std::string text = R"({"type":")";
  text += type;
  text += R"(",")";
  text += name;
  text += R"(":)";
  text += json::serialize(value);
  text += '}';
  return text;
}

}  // namespace

Frame hello_frame(events::Position position, std::string_view who_name, json::object who,
                  std::string_view more_name, json::value more) {
  json::object hello = typed("hello");
  hello.emplace("position", position.value());
  hello.emplace("heartbeat_ms", events::limits::heartbeat.count());
  hello.emplace(who_name, std::move(who));
  hello.emplace(more_name, std::move(more));
  return frame_of(hello);
}

std::string changes_begin(events::Position position,
                          const std::optional<projections::InboxCounts>& counts) {
  JsonText text;
  json::object head = typed("changes", text.memory());
  head.emplace("position", position.value());
  if (counts) head.emplace("counts", counts_json(*counts, text.memory()));
  head.emplace("changes", json::array(text.memory()));
  std::string begin = json::serialize(head);
  begin.resize(begin.size() - changes_end.size());
  return begin;
}

std::string conversation_change(const json::object& conversation) {
  return change_frame("conversation", "conversation", conversation);
}

std::string message_change(const json::object& message) {
  return change_frame("message", "message", message);
}

std::string conversation_change(const events::ConversationId& id,
                                const events::ConversationState& state,
                                const events::DirectoryState& directory) {
  JsonText text;
  return conversation_change(conversation_json(id, state, directory, text.memory()));
}

std::string message_change(const projections::Message& message, std::string_view contact_name,
                           const events::DirectoryState& directory) {
  JsonText text;
  return message_change(message_json(message, contact_name, directory, text.memory()));
}

std::string gone_change(const events::ConversationId& id) {
  json::object gone = typed("conversation_gone");
  gone.emplace("conversation_id", id.to_string());
  return json::serialize(gone);
}

std::string gone_change(const events::ConversationId& id, const events::OperatorId& owner,
                        const events::DirectoryState& directory) {
  json::object gone = typed("conversation_gone");
  gone.emplace("conversation_id", id.to_string());
  gone.emplace("owner", operator_or_null(owner, directory, {}));
  return json::serialize(gone);
}

Frame done_frame(std::string_view id, events::Position position, bool replayed,
                 json::object result) {
  json::object done = typed("done", result.storage());
  done.emplace("id", id);
  done.emplace("position", position.value());
  if (replayed) done.emplace("replayed", true);
  done.emplace("result", std::move(result));
  return frame_of(done);
}

Frame refused_frame(std::string_view id, const events::Error& error) {
  json::object refused = typed("refused");
  if (id.empty()) {
    refused.emplace("id", nullptr);
  } else {
    refused.emplace("id", id);
  }
  json::object& document =
      refused.emplace("problem", problem_object(error, {})).first->value().as_object();
  // What HTTP says in a header.
  if (error.retry_after_s) document.emplace("retry_after_s", *error.retry_after_s);
  return frame_of(refused);
}

Frame caught_up_frame(events::Position position,
                      const std::optional<projections::InboxCounts>& counts) {
  json::object object = typed("caught_up");
  object.emplace("position", position.value());
  if (counts) object.emplace("counts", counts_json(*counts, {}));
  return frame_of(object);
}

Frame resync_frame(events::Position position) {
  json::object object = typed("resync");
  object.emplace("position", position.value());
  return frame_of(object);
}

Frame typing_frame(const events::ConversationId& id, std::string_view from, json::object author) {
  json::object object = typed("typing");
  object.emplace("conversation_id", id.to_string());
  object.emplace("from", from);
  object.emplace("author", std::move(author));
  return frame_of(object);
}

}  // namespace bitacora::http
