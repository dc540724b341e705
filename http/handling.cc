#include "http/handling.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "events/limits.h"
#include "http/authentication.h"
#include "http/conversation_calls.h"
#include "http/cors.h"
#include "http/domain_json.h"
#include "http/problem.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::ErrorCode;

Answer serve_and_count(EdgePtr edge, RouteClass route_class, Serve serve, Request& request) {
  const auto allowed = co_await check_visitors_site(edge, request);
  auto answer = events::Result<Response>(Response());
  if (!allowed) {
    answer = allowed.error();
  } else {
    answer = co_await serve(edge, request);
  }
  const auto status = answer ? answer->status : problem_of(answer.error().code).status;
  edge->metrics.request(route_class, static_cast<unsigned>(status));
  co_return answer;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc() || stopped != end || text.empty()) return std::nullopt;
  return value;
}

// Who asks, as the directory has them by now: what the views show is not older than it.
events::Result<void> look_again(const Edge& edge, Request& request) {
  std::optional<events::Viewer>& viewer = request.principal.viewer;
  if (!viewer) return {};
  viewer = edge.viewer_now(viewer->id);
  if (viewer) return {};
  return events::error(ErrorCode::Unauthenticated, "The account may not sign in any more.");
}

}  // namespace

void add_route(Router& router, const EdgePtr& edge, beast_http::verb method, std::string pattern,
               Access access, RouteClass route_class, Serve serve, bool streams_body) {
  router.add({method, std::move(pattern), access,
              std::bind_front(serve_and_count, edge, route_class, serve), streams_body});
}

const events::Viewer& viewer_of(const Request& request) {
  BITACORA_INVARIANT(request.principal.viewer.has_value(), "the route asks for a session");
  return *request.principal.viewer;
}

const events::ContactId& contact_of(const Request& request) {
  BITACORA_INVARIANT(request.principal.contact_id.has_value(), "the route asks for a visitor");
  return *request.principal.contact_id;
}

events::Result<void> require_admin(const Request& request) {
  if (viewer_of(request).role == events::Role::Admin) return {};
  return events::error(ErrorCode::Forbidden, "Only administrators keep departments and accounts.");
}

events::Result<std::optional<actors::Idempotency>> idempotency_of(
    const Request& request, const events::Fingerprint& fingerprint) {
  constexpr std::string_view name = "idempotency-key";
  const auto key = request.header(name);
  if (!key) return std::optional<actors::Idempotency>();
  const auto count = std::count_if(request.headers.begin(), request.headers.end(),
                                   [&](const auto& header) { return header.first == name; });
  if (count > 1) {
    return events::error(ErrorCode::BadIdempotencyKey, "A request has one Idempotency-Key.");
  }
  if (const auto good = check_key(*key); !good) return good.error();
  return std::optional(actors::Idempotency{std::string(*key), fingerprint});
}

events::Result<std::optional<std::uint64_t>> number_parameter(const Request& request,
                                                              std::string_view name,
                                                              std::uint64_t min,
                                                              std::uint64_t max) {
  const auto text = request.parameter(name);
  if (!text) return std::optional<std::uint64_t>();
  const auto value = parse_number(*text);
  if (!value || *value < min || *value > max) {
    return events::error(ErrorCode::Invalid,
                         "The parameter \"" + std::string(name) + "\" is a whole number from " +
                             std::to_string(min) + " to " + std::to_string(max) + ".");
  }
  return value;
}

events::Result<std::size_t> limit_of(const Request& request) {
  const auto limit = number_parameter(request, "limit", 1, limits::list_limit_max);
  if (!limit) return limit.error();
  return static_cast<std::size_t>(limit->value_or(limits::list_limit_default));
}

asio::awaitable<events::Result<void>> wait_for_views(EdgePtr edge, Request& request) {
  const auto at_least =
      number_parameter(request, "at_least", 0, std::numeric_limits<std::int64_t>::max());
  if (!at_least) co_return at_least.error();
  // Or a view that lags would show what has left somebody's sight.
  const events::Position position =
      std::max(events::Position(at_least->value_or(0)), edge->options.log->last_position());
  if (position <= edge->options.projector->position()) co_return look_again(*edge, request);
  const bool reached = co_await edge->hub.reached(position, limits::at_least_wait);
  if (!reached) {
    events::Error lagging =
        events::error(ErrorCode::Lagging, "The views have not reached the position in time.");
    lagging.retry_after_s = 1;
    co_return lagging;
  }
  const bool had_viewer = std::exchange(request.principal, {}).viewer.has_value();
  if (const auto known = authenticate(*edge, request); !known) co_return known.error();
  if (had_viewer == request.principal.viewer.has_value()) co_return events::Result<void>();
  co_return events::error(ErrorCode::Unauthenticated, "The session has ended meanwhile.");
}

events::Error overloaded(std::string detail) {
  events::Error error = events::error(ErrorCode::Overloaded, std::move(detail));
  error.retry_after_s = 1;
  return error;
}

Response json_response(const json::object& object, beast_http::status status) {
  Response response;
  response.status = status;
  response.body = json::serialize(object);
  return response;
}

Response list_response(json::array items, std::string_view next_cursor, events::Position position) {
  json::object list(items.storage());
  list.emplace("items", std::move(items));
  if (next_cursor.empty()) {
    list.emplace("next_cursor", nullptr);
  } else {
    list.emplace("next_cursor", next_cursor);
  }
  list.emplace("position", position.value());
  return json_response(list);
}

void mark_replayed(Response& response, bool replayed) {
  if (replayed) response.headers.emplace_back("Idempotency-Replayed", "true");
}

events::Result<Response> page_of(const Request& request, std::vector<ListedItem> items,
                                 events::Position position) {
  const auto limit = limit_of(request);
  if (!limit) return limit.error();
  auto begin = items.begin();
  if (const auto cursor = request.parameter("cursor")) {
    begin = std::find_if(items.begin(), items.end(),
                         [&](const ListedItem& item) { return item.key == *cursor; });
    if (begin == items.end()) {
      return events::error(ErrorCode::Invalid, "The cursor is none of this list.");
    }
    ++begin;
  }
  const auto left = static_cast<std::size_t>(items.end() - begin);
  const auto end = begin + static_cast<std::ptrdiff_t>(std::min(*limit, left));
  json::array page;
  std::string next_cursor;
  for (auto item = begin; item != end; ++item) {
    page.push_back(std::move(item->rendering));
    if (end != items.end()) next_cursor = item->key;
  }
  return list_response(std::move(page), next_cursor, position);
}

asio::awaitable<events::Result<void>> store_password(EdgePtr edge, events::OperatorId id,
                                                     std::string password,
                                                     std::optional<SecretStore::Endings> as_of) {
  std::function<events::Result<bool>()> store = [edge, id, password = std::move(password),
                                                 as_of]() -> events::Result<bool> {
    const auto stored = edge->options.secrets->set_password(id, password, as_of);
    if (!stored) return stored.error();
    return true;
  };
  const auto stored = co_await edge->workers.run<bool>(std::move(store));
  if (!stored) co_return stored.error();
  edge->hub.end_account(id, "the password was changed");
  co_return events::Result<void>();
}

std::optional<std::string_view> cookie(const Request& request, std::string_view name) {
  for (const auto& [header, value] : request.headers) {
    if (header != "cookie") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      std::string_view pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
        return pair.substr(name.size() + 1);
      }
    }
  }
  return std::nullopt;
}

}  // namespace bitacora::http
