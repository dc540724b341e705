#include "http/authentication.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "events/codec.h"
#include "events/limits.h"
#include "http/handling.h"

namespace bitacora::http {

namespace {

bool is_upgrade(const Request& request) {
  const auto upgrade = request.header("upgrade");
  return upgrade && boost::beast::iequals(*upgrade, "websocket");
}

bool is_change(const Request& request) {
  return request.method != beast_http::verb::get && request.method != beast_http::verb::head;
}

std::optional<std::string_view> bearer(const Request& request) {
  constexpr std::string_view scheme = "bearer ";
  const auto header = request.header("authorization");
  if (!header || header->size() <= scheme.size() ||
      !boost::beast::iequals(header->substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  return header->substr(scheme.size());
}

void speak_for_operator(const Edge& edge, Request& request, std::string_view token) {
  const auto session = edge.options.secrets->find_session(token, edge.now());
  if (!session) return;
  request.principal.viewer = edge.viewer_now(session->operator_id);
  if (request.principal.viewer) request.principal.session_token_hash = token_hash(token);
}

}  // namespace

std::string_view session_token_of(const Request& request) {
  if (const auto token = bearer(request)) return *token;
  return cookie(request, session_cookie).value_or(std::string_view());
}

bool is_own_origin(const Request& request, const std::vector<std::string>& public_origins) {
  const auto origin = request.header("origin");
  if (!origin) return false;
  if (std::find(public_origins.begin(), public_origins.end(), *origin) != public_origins.end()) {
    return true;
  }
  const std::string own = std::string(request.tls ? "https://" : "http://") +
                          std::string(request.header("host").value_or(std::string_view()));
  return boost::beast::iequals(*origin, own);
}

events::Result<void> authenticate(const Edge& edge, Request& request) {
  if (const auto token = bearer(request)) {
    speak_for_operator(edge, request, *token);
    if (!request.principal.viewer) {
      request.principal.contact_id = edge.options.secrets->check_visitor_token(*token);
    }
    return {};
  }
  const auto in_address = request.parameter("token");
  if (in_address && request.path == visitor_socket_path) {
    request.principal.contact_id = edge.options.secrets->check_visitor_token(*in_address);
    if (request.principal.contact_id) return {};
  }
  const auto token = cookie(request, session_cookie);
  if (!token) return {};
  const bool needs_origin = is_change(request) || is_upgrade(request);
  if (needs_origin && !is_own_origin(request, edge.options.public_origins)) {
    // Without an Origin the cookie is as good as not there: a program that is no browser.
    if (!request.header("origin")) return {};
    return events::error(events::ErrorCode::BadOrigin,
                         "The session's cookie came with a page of another site.");
  }
  speak_for_operator(edge, request, *token);
  return {};
}

std::string token_hash(std::string_view token) {
  const events::Sha256 hash = events::sha256(token);
  return {hash.begin(), hash.end()};
}

std::string session_cookie_header(std::string_view token, bool tls) {
  std::string header(session_cookie);
  header += '=';
  header += token;
  header += "; Path=/; HttpOnly; SameSite=Strict; Max-Age=";
  header += std::to_string(std::chrono::seconds(events::limits::session_lifetime).count());
  if (tls) header += "; Secure";
  return header;
}

std::string ended_cookie_header(bool tls) {
  std::string header(session_cookie);
  header += "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0";
  if (tls) header += "; Secure";
  return header;
}

}  // namespace bitacora::http
