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

bool lists(const events::Department& department, const Request& request) {
  const auto origin = request.header("origin");
  return origin && department.allowed_origins.contains(std::string(*origin));
}

}  // namespace

bool is_from_another_site(const Edge& edge, const Request& request) {
  return request.header("origin") && !is_own_origin(request, edge.options.public_origins);
}

bool is_allowed_site(const Edge& edge, const Request& request) {
  const events::Directory directory = edge.directory();
  return std::any_of(directory->departments.begin(), directory->departments.end(),
                     [&](const auto& each) { return lists(each.second, request); });
}

events::Result<void> check_site(const Edge& edge, const Request& request,
                                const events::DepartmentId& department) {
  if (!is_from_another_site(edge, request)) return {};
  const events::Directory directory = edge.directory();
  const auto found = directory->departments.find(department);
  if (found != directory->departments.end() && lists(found->second, request)) return {};
  return foreign_site();
}

asio::awaitable<events::Result<void>> check_visitors_site(EdgePtr edge, const Request& request) {
  if (!request.principal.contact_id || !is_from_another_site(*edge, request)) {
    co_return events::Result<void>();
  }
  const events::ContactId contact = *request.principal.contact_id;
  const auto outcome = co_await ask<actors::ContactOutcome>(
      [&](auto done) { edge->options.runtime->find_contact(contact, std::move(done)); });
  if (!outcome) co_return outcome.error();
  co_return check_site(*edge, request, outcome->contact.department_id);
}

Gate cors_gate(const EdgePtr& edge) {
  Gate gate;
  gate.before = [edge](const Request& request) -> std::optional<Response> {
    if (!is_webchat(request) || !is_from_another_site(*edge, request)) return std::nullopt;
    if (!is_allowed_site(*edge, request)) return problem(foreign_site(), request.request_id);
    if (is_preflight(request)) return preflight_answer(request);
    return std::nullopt;
  };
  gate.after = [edge](const Request& request, Response& response) {
    if (is_webchat(request) && is_from_another_site(*edge, request)) let_read(request, response);
  };
  return gate;
}

}  // namespace bitacora::http
