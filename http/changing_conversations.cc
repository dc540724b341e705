// Changing conversations: send, claim, release, close, reopen, transfer, read.

#include "http/conversation_calls.h"
#include "http/domain_json.h"
#include "http/handling.h"
#include "http/make_command.h"

namespace bitacora::http {

namespace {

Answer serve_call(CallName name, EdgePtr edge, Request& request) {
  const auto id = path_id<events::ConversationId>(request);
  if (!id) co_return id.error();
  // A call without a body of its own may come without one.
  JsonReader reader(request.body.empty() && !has_body(name) ? std::string_view("{}")
                                                            : std::string_view(request.body));
  CallBody body = read_call_body(name, reader);
  if (const auto read = reader.finish(); !read) co_return read.error();
  auto idempotency = idempotency_of(request, fingerprint_of(*id, body));
  if (!idempotency) co_return idempotency.error();
  auto command =
      co_await make_command(edge, *id, std::move(body), viewer_of(request), *idempotency);
  using Outcome = actors::ConversationOutcome;
  if (!command) {
    edge->metrics.command(command_name(name), events::Result<Outcome>(command.error()));
    co_return command.error();
  }
  const auto outcome = co_await ask<Outcome>([&](auto done) {
    edge->options.runtime->ask(*id, viewer_of(request).id, *std::move(idempotency),
                               *std::move(command), std::move(done));
  });
  edge->metrics.command(command_name(name), outcome);
  if (!outcome) co_return outcome.error();
  JsonText text;
  Response response = json_response(
      outcome_json(*outcome, *edge->directory(), text.memory()),
      name == CallName::SendMessage ? beast_http::status::created : beast_http::status::ok);
  mark_replayed(response, outcome->replayed);
  co_return response;
}

template <CallName name>
Answer serve(EdgePtr edge, Request& request) {
  return serve_call(name, std::move(edge), request);
}

template <CallName name>
void add_call(Router& router, const EdgePtr& edge) {
  add_route(router, edge, beast_http::verb::post,
            "/api/v1/conversations/{id}/" + std::string(path_segment(name)),
            Access::OperatorSession, RouteClass::Conversations, serve<name>);
}

}  // namespace

void add_conversation_calls(Router& router, const EdgePtr& edge) {
  add_call<CallName::SendMessage>(router, edge);
  add_call<CallName::Claim>(router, edge);
  add_call<CallName::Release>(router, edge);
  add_call<CallName::Close>(router, edge);
  add_call<CallName::Reopen>(router, edge);
  add_call<CallName::Transfer>(router, edge);
  add_call<CallName::Read>(router, edge);
}

}  // namespace bitacora::http
