// Quick replies: listed for the text box, kept by supervisors and admins.

#include <algorithm>
#include <boost/asio/post.hpp>
#include <map>
#include <utility>

#include "events/visibility.h"
#include "http/conversation_calls.h"
#include "http/directory_calls.h"
#include "http/domain_json.h"
#include "http/folding.h"
#include "http/text_bounds.h"

namespace bitacora::http {

namespace {

using beast_http::verb;

Answer list_quick_replies(EdgePtr edge, Request& request) {
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  const std::string wanted = folded(request.parameter("q").value_or(std::string_view()));
  const auto position = edge->options.projector->position();
  const events::Directory directory = edge->directory();
  std::map<std::pair<std::string, events::QuickReplyId>, const events::QuickReply*> found;
  for (const auto& [id, reply] : directory->quick_replies) {
    if (!may_use(viewer_of(request), reply)) continue;
    std::string title = folded(reply.title);
    const bool matches = title.find(wanted) != std::string::npos ||
                         folded(reply.text).find(wanted) != std::string::npos;
    if (matches) found.emplace(std::pair(std::move(title), id), &reply);
  }
  std::vector<ListedItem> items;
  items.reserve(found.size());
  for (const auto& [place, reply] : found) {
    items.push_back({reply->id.to_string(), quick_reply_json(*reply, *directory, {})});
  }
  co_return page_of(request, std::move(items), position);
}

// --- Keeping them -----------------------------------------------------------------------------

constexpr TextBounds title_bounds{.max = events::limits::name_code_points_max};
constexpr TextBounds text_bounds{.min = 0, .max = events::limits::message_code_points_max};

// As a body has it.
struct WrittenReply {
  std::string title;
  std::string text;
  std::optional<std::string> department;
  std::optional<events::AttachmentId> attachment_id;
};

events::Result<WrittenReply> read_reply(const Request& request) {
  JsonReader body(request.body);
  WrittenReply reply{body.text("title", title_bounds), body.text("text", text_bounds),
                     body.optional_text("department", slug_bounds),
                     body.optional_id<events::AttachmentId>("attachment_id")};
  if (const auto read = body.finish(); !read) return read.error();
  return reply;
}

events::Result<void> require_keeper(const Request& request,
                                    const std::optional<events::DepartmentId>& department_id) {
  if (may_keep_quick_replies(viewer_of(request), department_id)) return {};
  return events::error(events::ErrorCode::Forbidden,
                       "Quick replies are kept by the department's supervisors and by admins.");
}

// Unset: for all. Forbidden for a department whose quick replies are not theirs to keep.
events::Result<std::optional<events::DepartmentId>> department_of(
    const Request& request, const WrittenReply& reply, const events::DirectoryState& directory) {
  std::optional<events::DepartmentId> id;
  if (reply.department) {
    const events::Department* department = directory.department_by_slug(*reply.department);
    if (department == nullptr) {
      return events::error(events::ErrorCode::Invalid, "There is no such department.");
    }
    id = department->id;
  }
  if (const auto good = require_keeper(request, id); !good) return good.error();
  return id;
}

// A quick reply's file is never a recording.
events::Result<events::Attachment> find_file(const EdgePtr& edge, const Request& request,
                                             const events::AttachmentId& id) {
  return find_attachment(id, events::Who::of(viewer_of(request).id), false,
                         edge->options.finished_uploads);
}

// The log knows the file now.
void forget_upload(const EdgePtr& edge, const std::optional<events::AttachmentId>& id) {
  FinishedUploads* const uploads = edge->options.finished_uploads;
  if (!id || uploads == nullptr) return;
  asio::post(edge->catch_up_workers, [uploads, id = *id] { uploads->taken(id); });
}

events::Result<Response> reply_answer(const actors::DirectoryOutcome& outcome,
                                      beast_http::status status) {
  const auto found = outcome.directory->quick_replies.find(events::QuickReplyId(outcome.subject));
  BITACORA_INVARIANT(found != outcome.directory->quick_replies.end(),
                     "an outcome's directory has its subject");
  return directory_response(outcome, "quick_reply",
                            quick_reply_json(found->second, *outcome.directory, {}), status);
}

Answer add_quick_reply(EdgePtr edge, Request& request) {
  const auto reply = read_reply(request);
  if (!reply) co_return reply.error();
  const auto department_id = department_of(request, *reply, *edge->directory());
  if (!department_id) co_return department_id.error();
  const auto idempotency = idempotency_of(
      request, fingerprint_of("POST", request.path,
                              {reply->title, reply->text, reply->department.value_or(""),
                               reply->attachment_id ? reply->attachment_id->to_string() : ""}));
  if (!idempotency) co_return idempotency.error();
  actors::AddQuickReply command{reply->title, reply->text, *department_id};
  if (reply->attachment_id) {
    auto file = find_file(edge, request, *reply->attachment_id);
    if (file) {
      command.attachment = *std::move(file);
    } else {
      command.flaw = file.error();
    }
  }
  const auto outcome = co_await ask_directory(edge, request, *idempotency, std::move(command));
  if (!outcome) co_return outcome.error();
  forget_upload(edge, reply->attachment_id);
  co_return reply_answer(*outcome, beast_http::status::created);
}

// NotFound when there is none; Forbidden when it is not theirs to keep.
events::Result<const events::QuickReply*> kept_reply(const Request& request,
                                                     const events::QuickReplyId& id,
                                                     const events::DirectoryState& directory) {
  const auto found = directory.quick_replies.find(id);
  if (found == directory.quick_replies.end()) {
    if (const auto good = require_keeper(request, std::nullopt); !good) return good.error();
    return events::error(events::ErrorCode::NotFound, "There is no such quick reply.");
  }
  if (const auto good = require_keeper(request, found->second.department_id); !good) {
    return good.error();
  }
  return &found->second;
}

Answer change_quick_reply(EdgePtr edge, Request& request) {
  const auto id = path_id<events::QuickReplyId>(request);
  if (!id) co_return id.error();
  const auto reply = read_reply(request);
  if (!reply) co_return reply.error();
  const auto current = co_await wait_for_views(edge, request);
  if (!current) co_return current.error();
  const events::Directory directory = edge->directory();
  const auto kept = kept_reply(request, *id, *directory);
  if (!kept) co_return kept.error();
  const auto department_id = department_of(request, *reply, *directory);
  if (!department_id) co_return department_id.error();
  actors::ChangeQuickReply command{*id, reply->title, reply->text, *department_id};
  const bool keeps_file = (*kept)->attachment && reply->attachment_id == (*kept)->attachment->id;
  if (keeps_file) {
    command.attachment = (*kept)->attachment;
  } else if (reply->attachment_id) {
    auto file = find_file(edge, request, *reply->attachment_id);
    if (!file) co_return file.error();
    command.attachment = *std::move(file);
  }
  const auto outcome = co_await ask_directory(edge, request, std::nullopt, std::move(command));
  if (!outcome) co_return outcome.error();
  if (!keeps_file) forget_upload(edge, reply->attachment_id);
  co_return reply_answer(*outcome, beast_http::status::ok);
}

Answer remove_quick_reply(EdgePtr edge, Request& request) {
  const auto id = path_id<events::QuickReplyId>(request);
  if (!id) co_return id.error();
  const auto current = co_await wait_for_views(edge, request);
  if (!current) co_return current.error();
  const events::Directory directory = edge->directory();
  const auto kept = kept_reply(request, *id, *directory);
  if (!kept) co_return kept.error();
  const auto outcome =
      co_await ask_directory(edge, request, std::nullopt, actors::RemoveQuickReply{*id});
  if (!outcome) co_return outcome.error();
  co_return json_response({{"position", outcome->position.value()}});
}

}  // namespace

void add_quick_replies(Router& router, const EdgePtr& edge) {
  const auto route = [&](verb method, std::string pattern, Serve serve) {
    add_route(router, edge, method, std::move(pattern), Access::OperatorSession,
              RouteClass::Directory, serve);
  };
  route(verb::get, "/api/v1/quick-replies", list_quick_replies);
  route(verb::post, "/api/v1/quick-replies", add_quick_reply);
  route(verb::put, "/api/v1/quick-replies/{id}", change_quick_reply);
  route(verb::delete_, "/api/v1/quick-replies/{id}", remove_quick_reply);
}

}  // namespace bitacora::http
