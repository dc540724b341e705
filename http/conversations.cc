// Reading conversations: lists, counts, one, its messages.

#include <algorithm>

#include "http/domain_json.h"
#include "http/handling.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using beast_http::verb;
using events::ErrorCode;

events::Error no_conversation() {
  return events::error(ErrorCode::NotFound, "There is no such conversation.");
}

// ?tab=&department=&owner=&limit=&cursor=
events::Result<projections::InboxQuery> query_of(const Request& request,
                                                 const events::DirectoryState& directory) {
  projections::InboxQuery query;
  const auto tab = parse_tab(request.parameter("tab").value_or("waiting"));
  if (!tab) {
    return events::error(ErrorCode::Invalid,
                         "The parameter \"tab\" is waiting, attending or closed.");
  }
  query.tab = *tab;
  if (const auto slug = request.parameter("department")) {
    const events::Department* department = directory.department_by_slug(*slug);
    const events::Viewer& viewer = viewer_of(request);
    const bool part_of_it = department != nullptr && (viewer.role == events::Role::Auditor ||
                                                      viewer.departments.contains(department->id));
    if (!part_of_it) return events::error(ErrorCode::NotFound, "There is no such department.");
    query.department_id = department->id;
  }
  if (const auto owner = request.parameter("owner")) {
    if (*owner != "me") {
      return events::error(ErrorCode::Invalid, "The parameter \"owner\" is \"me\" or left out.");
    }
    query.owner_me = true;
  }
  const auto limit = limit_of(request);
  if (!limit) return limit.error();
  query.limit = *limit;
  query.cursor = std::string(request.parameter("cursor").value_or(std::string_view()));
  return query;
}

Answer list_conversations(EdgePtr edge, Request& request) {
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  const auto inbox = edge->options.projector->read_inbox();
  // Asked for after the inbox was, here and below, so that no name is older than the position.
  const events::Directory directory = edge->directory();
  const auto query = query_of(request, *directory);
  if (!query) co_return query.error();
  const auto page = projections::list_conversations(*inbox, viewer_of(request), *directory, *query);
  if (!page) co_return page.error();
  json::monotonic_resource memory;
  json::array items(&memory);
  items.reserve(page->items.size());
  for (const projections::ConversationRow& row : page->items) {
    items.emplace_back(conversation_json(row.id, row.state, *directory, &memory));
  }
  co_return list_response(std::move(items), page->next_cursor, page->position);
}

Answer counts(EdgePtr edge, Request& request) {
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  const auto inbox = edge->options.projector->read_inbox();
  json::object object = counts_json(
      projections::count_conversations(*inbox, viewer_of(request), *edge->directory()), {});
  object.emplace("position", inbox->checkpoint().value());
  co_return json_response(object);
}

Answer one(EdgePtr edge, Request& request) {
  const auto id = path_id<events::ConversationId>(request);
  if (!id) co_return id.error();
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  const auto state = projections::find_conversation(*edge->options.projector->read_inbox(), *id);
  if (!state || !may_see(viewer_of(request), state->facts)) co_return no_conversation();
  co_return json_response(conversation_json(*id, *state, *edge->directory(), {}));
}

Answer messages(EdgePtr edge, Request& request) {
  const auto id = path_id<events::ConversationId>(request);
  if (!id) co_return id.error();
  const auto limit = limit_of(request);
  if (!limit) co_return limit.error();
  const auto before =
      number_parameter(request, "cursor", 1, std::numeric_limits<std::int64_t>::max());
  if (!before) co_return before.error();
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  const auto inbox = edge->options.projector->read_inbox();
  const auto state = projections::find_conversation(*inbox, *id);
  if (!state || !may_see(viewer_of(request), state->facts)) co_return no_conversation();
  // Read after the inbox, which is committed last: the transcript has all that the inbox has, and
  // perhaps messages of somebody who has taken the conversation since.
  const auto transcript = edge->options.projector->read_transcript();
  const events::Version known = state->version.next();
  const events::Version bound = *before ? std::min(events::Version(**before), known) : known;
  auto page = projections::messages_before(*transcript, *id, bound, *limit + 1);
  const bool more = page.size() > *limit;
  if (more) page.pop_back();
  const events::Directory directory = edge->directory();
  json::monotonic_resource memory;
  json::array items(&memory);
  items.reserve(page.size());
  for (const projections::Message& message : page) {
    items.emplace_back(message_json(message, state->contact_name, *directory, &memory));
  }
  const std::string next = more ? std::to_string(page.back().version.value()) : std::string();
  co_return list_response(std::move(items), next, inbox->checkpoint());
}

}  // namespace

void add_conversations(Router& router, const EdgePtr& edge) {
  const auto add = [&](std::string path, Serve serve) {
    add_route(router, edge, verb::get, "/api/v1/conversations" + std::move(path),
              Access::OperatorSession, RouteClass::Conversations, serve);
  };
  add("", list_conversations);
  add("/counts", counts);
  add("/{id}", one);
  add("/{id}/messages", messages);
}

}  // namespace bitacora::http
