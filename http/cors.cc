#include "http/cors.h"

#include <algorithm>

#include "http/authentication.h"
#include "http/handling.h"
#include "http/problem.h"

namespace bitacora::http {

namespace {

using events::ErrorCode;

constexpr std::string_view webchat = "/api/v1/webchat/";
constexpr std::string_view methods = "GET, HEAD, POST, PATCH, DELETE";
constexpr std::string_view request_headers =
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, If-Range, Range, Tus-Resumable, "
    "Upload-Length, Upload-Metadata, Upload-Offset";
constexpr std::string_view readable_headers =
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Idempotency-Replayed, Location, "
    "Retry-After, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Expires, "
    "Upload-Length, Upload-Offset, X-Request-Id";
// How long a browser keeps a preflight's answer, seconds: a department's list changes seldom.
constexpr std::string_view preflight_age_s = "600";

events::Error foreign_site() {
  return events::error(ErrorCode::BadOrigin, "The department does not list this site.");
}

bool is_webchat(const Request& request) { return request.path.starts_with(webchat); }

bool is_preflight(const Request& request) {
  return request.method == beast_http::verb::options &&
         request.header("access-control-request-method").has_value();
}

// Caches hold answers to different sites apart.
void let_read(const Request& request, Response& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin",
                                request.header("origin").value_or(std::string_view()));
  response.headers.emplace_back("Access-Control-Expose-Headers", readable_headers);
  response.headers.emplace_back("Vary", "Origin");
}

Response preflight_answer(const Request& request) {
  Response response;
  response.status = beast_http::status::no_content;
  let_read(request, response);
  response.headers.emplace_back("Access-Control-Allow-Methods", methods);
  response.headers.emplace_back("Access-Control-Allow-Headers", request_headers);
  response.headers.emplace_back("Access-Control-Max-Age", preflight_age_s);
  return response;
}

}  // namespace

std::optional<std::string> other_site(const Edge& edge, const Request& request) {
  const auto origin = request.header("origin");
  if (!origin || is_own_origin(request, edge.options.public_origins)) return std::nullopt;
  return std::string(*origin);
}

bool is_allowed_site(const Edge& edge, const Request& request) {
  const std::string site(request.header("origin").value_or(std::string_view()));
  const events::Directory directory = edge.directory();
  return std::any_of(directory->departments.begin(), directory->departments.end(),
                     [&](const auto& each) { return each.second.allowed_origins.contains(site); });
}

events::Result<void> check_site(const Edge& edge, const std::optional<std::string>& site,
                                const events::DepartmentId& department) {
  if (!site) return {};
  const events::Directory directory = edge.directory();
  const auto found = directory->departments.find(department);
  const bool is_listed =
      found != directory->departments.end() && found->second.allowed_origins.contains(*site);
  if (is_listed) return {};
  return foreign_site();
}

asio::awaitable<events::Result<void>> check_visitors_site(EdgePtr edge, const Request& request) {
  const auto site = other_site(*edge, request);
  if (!request.principal.contact_id || !site) co_return events::Result<void>();
  const events::ContactId contact = *request.principal.contact_id;
  const auto outcome = co_await ask<actors::ContactOutcome>(
      [&](auto done) { edge->options.runtime->find_contact(contact, std::move(done)); });
  if (!outcome) co_return outcome.error();
  co_return check_site(*edge, site, outcome->contact.department_id);
}

Gate cors_gate(const EdgePtr& edge) {
  Gate gate;
  gate.before = [edge](const Request& request) -> std::optional<Response> {
    if (!is_webchat(request) || !other_site(*edge, request)) return std::nullopt;
    // Granted to every site, for a page cannot read why a preflight was refused: the request itself
    // is refused, in words.
    if (is_preflight(request)) return preflight_answer(request);
    if (is_allowed_site(*edge, request)) return std::nullopt;
    Response refusal = problem(foreign_site(), request.request_id);
    let_read(request, refusal);
    return refusal;
  };
  gate.after = [edge](const Request& request, Response& response) {
    if (is_webchat(request) && other_site(*edge, request)) let_read(request, response);
  };
  return gate;
}

}  // namespace bitacora::http
