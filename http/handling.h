// What the handlers of calls have in common: who is asking, keys, positions, pages, answers.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "http/edge.h"
#include "http/json.h"
#include "http/json_text.h"

namespace bitacora::http {

using Answer = asio::awaitable<events::Result<Response>>;
// A handler. It is handed the edge by value, so that a coroutine keeps it alive.
using Serve = Answer (*)(EdgePtr edge, Request& request);

// Adds the route, and counts its requests.
void add_route(Router& router, const EdgePtr& edge, beast_http::verb method, std::string pattern,
               Access access, RouteClass route_class, Serve serve, bool streams_body = false);

// Who asks, on a route of Access::OperatorSession or Access::Visitor.
const events::Viewer& viewer_of(const Request& request);
const events::ContactId& contact_of(const Request& request);
// Forbidden unless the viewer is an admin.
events::Result<void> require_admin(const Request& request);

// The id in the path; NotFound for what is none, as for one that was never given out.
template <class IdType>
events::Result<IdType> path_id(const Request& request) {
  if (const auto id = IdType::parse(request.path_parameters.at(0))) return *id;
  return events::error(events::ErrorCode::NotFound, "There is nothing at this address.");
}

// Of the header Idempotency-Key; BadIdempotencyKey for one that is not of its form, and for two.
events::Result<std::optional<actors::Idempotency>> idempotency_of(
    const Request& request, const events::Fingerprint& fingerprint);

// A query parameter that is a whole number from `min` to `max`; Invalid when it is something else.
events::Result<std::optional<std::uint64_t>> number_parameter(const Request& request,
                                                              std::string_view name,
                                                              std::uint64_t min, std::uint64_t max);
// ?limit=
events::Result<std::size_t> limit_of(const Request& request);
// Waits until the views have everything that was acknowledged before, and the position of
// ?at_least=; Lagging when that takes too long. What may have changed meanwhile counts: who asks is
// then as they are now, or Unauthenticated.
asio::awaitable<events::Result<void>> wait_for_views(EdgePtr edge, Request& request);

// To be asked again in a second.
events::Error overloaded(std::string detail);

Response json_response(const json::object& object,
                       beast_http::status status = beast_http::status::ok);
// {"items","next_cursor","position"}; an empty cursor is told as null.
Response list_response(json::array items, std::string_view next_cursor, events::Position position);
void mark_replayed(Response& response, bool replayed);

// A page of what is in memory as a whole: `items` are (key, rendering) in the order of their keys;
// the cursor is the key of the last one told.
struct ListedItem {
  std::string key;
  json::object rendering;
};
events::Result<Response> page_of(const Request& request, std::vector<ListedItem> items,
                                 events::Position position);

// The cookie of that name, if the request has one.
std::optional<std::string_view> cookie(const Request& request, std::string_view name);

// Asks the actors and resumes on the caller's strand: `start` is handed what to call with the
// outcome, once, from any thread.
template <class Outcome, class Start>
asio::awaitable<events::Result<Outcome>> ask(Start start) {
  using Signature = void(events::Result<Outcome>);
  return asio::async_initiate<const asio::use_awaitable_t<>, Signature>(
      [](auto handler, Start begin) {
        const auto executor = asio::get_associated_executor(handler);
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        begin([executor, shared](events::Result<Outcome> outcome) {
          asio::post(executor, [shared, outcome = std::move(outcome)]() mutable {
            (*shared)(std::move(outcome));
          });
        });
      },
      asio::use_awaitable, std::move(start));
}

// The bounds of a new password, as a text of a request.
inline constexpr TextBounds new_password_bounds{.min = events::limits::password_code_points_min,
                                                .max = events::limits::password_bytes_max};
// Hashes and stores it on a worker, which ends all sessions of the account; then closes its live
// sockets. `as_of` as SecretStore has it.
asio::awaitable<events::Result<void>> store_password(
    EdgePtr edge, events::OperatorId id, std::string password,
    std::optional<SecretStore::Endings> as_of = std::nullopt);

// The routes, a function a subject.
void add_sign_in(Router& router, const EdgePtr& edge);
void add_conversations(Router& router, const EdgePtr& edge);
void add_conversation_calls(Router& router, const EdgePtr& edge);
void add_quick_replies(Router& router, const EdgePtr& edge);
void add_attachment_rules(Router& router, const EdgePtr& edge);
void add_uploads(Router& router, const EdgePtr& edge);
void add_attachments(Router& router, const EdgePtr& edge);
void add_departments(Router& router, const EdgePtr& edge);
void add_accounts(Router& router, const EdgePtr& edge);
void add_webchat(Router& router, const EdgePtr& edge);
void add_chat_page(Router& router, const EdgePtr& edge);
void add_operations(Router& router, const EdgePtr& edge);
void add_documents(Router& router, const EdgePtr& edge);

}  // namespace bitacora::http
