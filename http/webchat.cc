// The contact's side over HTTP: registering, writing, reading.

#include <algorithm>

#include "http/client_network.h"
#include "http/cors.h"
#include "http/domain_json.h"
#include "http/handling.h"
#include "http/webchat_calls.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using beast_http::verb;
using events::ErrorCode;

// Who registers: an account, whose registrations are not counted, or an address.
std::string registrar_of(const Request& request) {
  return request.principal.viewer ? events::Who::of(request.principal.viewer->id).to_string()
                                  : request.remote_address;
}

Answer register_visitor(EdgePtr edge, Request& request) {
  JsonReader body(request.body);
  const std::string name =
      body.optional_text("name", {.max = limits::name_code_points_max}).value_or("");
  const std::string slug = body.text("department", {.max = limits::slug_bytes_max});
  if (const auto read = body.finish(); !read) co_return read.error();
  auto idempotency = idempotency_of(request, registration_fingerprint(name, slug));
  if (!idempotency) co_return idempotency.error();
  const events::Directory directory = edge->directory();
  const events::Department* department = directory->department_by_slug(slug);
  if (department == nullptr) {
    co_return events::error(ErrorCode::NotFound, "There is no such department.");
  }
  if (const auto site = check_site(*edge, other_site(*edge, request), department->id); !site)
    co_return site.error();
  if (!request.principal.viewer) {
    const auto allowed = edge->visitors.take(client_network(request.remote_address),
                                             std::chrono::steady_clock::now());
    if (!allowed) co_return allowed.error();
  }
  actors::RegisterContact command{name, "webchat", department->id};
  const auto outcome = co_await ask<actors::ContactOutcome>([&](auto done) {
    edge->options.runtime->ask(registrar_of(request), *std::move(idempotency), std::move(command),
                               std::move(done));
  });
  if (!outcome) co_return outcome.error();
  Response response = json_response(
      {{"token", edge->options.secrets->visitor_token(outcome->contact_id)},
       {"contact", {{"id", outcome->contact_id.to_string()}, {"name", outcome->contact.name}}},
       {"position", outcome->position.value()}},
      beast_http::status::created);
  mark_replayed(response, outcome->replayed);
  co_return response;
}

Answer send(EdgePtr edge, Request& request) {
  JsonReader body(request.body);
  WrittenMessage message = read_contact_message(body);
  if (const auto read = body.finish(); !read) co_return read.error();
  auto idempotency = idempotency_of(request, contact_message_fingerprint(message));
  if (!idempotency) co_return idempotency.error();
  const events::ContactId contact = contact_of(request);
  const auto allowed =
      edge->contact_messages.take(contact.to_string(), std::chrono::steady_clock::now());
  if (!allowed) co_return allowed.error();
  auto command = to_receive(std::move(message), contact, edge->options.finished_uploads);
  const auto outcome = co_await ask<actors::ConversationOutcome>([&](auto done) {
    edge->options.runtime->ask(contact, *std::move(idempotency), std::move(command),
                               std::move(done));
  });
  edge->metrics.command("receive_message", outcome);
  if (!outcome) co_return outcome.error();
  JsonText memory;
  Response response =
      json_response(contact_outcome_json(*outcome, *edge->directory(), memory.memory()),
                    beast_http::status::created);
  mark_replayed(response, outcome->replayed);
  co_return response;
}

// {"items","next_cursor","position","conversation"}.
Response page_response(const std::vector<projections::Message>& page, bool more,
                       const std::optional<ContactConversation>& conversation,
                       const events::DirectoryState& directory, events::Position position) {
  json::monotonic_resource memory;
  json::array items(&memory);
  json::value shown(nullptr, &memory);
  if (conversation) {
    for (const projections::Message& message : page) {
      items.emplace_back(
          message_json(message, conversation->state.contact_name, directory, &memory));
    }
    shown = contact_conversation_json(conversation->id, conversation->state, directory, &memory);
  }
  json::object list(&memory);
  list.emplace("items", std::move(items));
  list.emplace("next_cursor", more ? json::value(std::to_string(page.back().version.value()))
                                   : json::value(nullptr));
  list.emplace("position", position.value());
  list.emplace("conversation", std::move(shown));
  return json_response(list);
}

Answer read(EdgePtr edge, Request& request) {
  const auto limit = limit_of(request);
  if (!limit) co_return limit.error();
  const auto before =
      number_parameter(request, "cursor", 1, std::numeric_limits<std::int64_t>::max());
  if (!before) co_return before.error();
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  const events::ContactId contact = contact_of(request);
  const auto outcome = co_await ask<actors::ContactOutcome>(
      [&](auto done) { edge->options.runtime->find_contact(contact, std::move(done)); });
  if (!outcome) co_return outcome.error();
  const auto inbox = edge->options.projector->read_inbox();
  const auto conversation = contact_conversation(*inbox, outcome->contact);
  std::vector<projections::Message> page;
  if (conversation) {
    // Read after the inbox, which is committed last: the transcript may have messages that came
    // after the position of the page.
    const auto transcript = edge->options.projector->read_transcript();
    const events::Version known = conversation->state.version.next();
    const events::Version bound = *before ? std::min(events::Version(**before), known) : known;
    page = contact_messages_before(*transcript, conversation->id, bound, *limit + 1);
  }
  const bool more = page.size() > *limit;
  if (more) page.pop_back();
  co_return page_response(page, more, conversation, *edge->directory(), inbox->checkpoint());
}

}  // namespace

void add_webchat(Router& router, const EdgePtr& edge) {
  const auto route = [&](verb method, std::string pattern, Access access, Serve serve) {
    add_route(router, edge, method, std::move(pattern), access, RouteClass::Webchat, serve);
  };
  route(verb::post, "/api/v1/webchat/visitors", Access::Anyone, register_visitor);
  route(verb::post, "/api/v1/webchat/messages", Access::Visitor, send);
  route(verb::get, "/api/v1/webchat/messages", Access::Visitor, read);
}

}  // namespace bitacora::http
