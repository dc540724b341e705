#include "http/directory_calls.h"

#include <utility>

namespace bitacora::http {

asio::awaitable<events::Result<actors::DirectoryOutcome>> ask_directory(
    EdgePtr edge, const Request& request, std::optional<actors::Idempotency> idempotency,
    actors::DirectoryCommand command) {
  const events::Who who = events::Who::of(viewer_of(request).id);
  co_return co_await ask<actors::DirectoryOutcome>([&](auto done) {
    edge->options.runtime->ask(who, std::move(idempotency), std::move(command), std::move(done));
  });
}

Response directory_response(const actors::DirectoryOutcome& outcome, std::string_view name,
                            json::object subject, beast_http::status status) {
  json::object object;
  object.emplace(name, std::move(subject));
  object.emplace("position", outcome.position.value());
  Response response = json_response(object, status);
  mark_replayed(response, outcome.replayed);
  return response;
}

}  // namespace bitacora::http
