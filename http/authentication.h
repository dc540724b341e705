// Who a request speaks for: a session token of an operator, or a visitor's token.
#pragma once

#include <optional>
#include <string>

#include "http/edge.h"
#include "http/message.h"

namespace bitacora::http {

inline constexpr std::string_view session_cookie = "bitacora_session";
// Where a visitor's token may stand in the address.
inline constexpr std::string_view visitor_socket_path = "/api/v1/webchat/ws";

// The session token of a request: of its Authorization header, or of its cookie. Empty when there
// is none.
std::string_view session_token_of(const Request& request);

// Whether the request's Origin is the server's own, or one of the public ones.
bool is_own_origin(const Request& request, const std::vector<std::string>& public_origins);

// Rules M4 and M5: fills in the principal. A deactivated account is nobody. BadOrigin when a cookie
// came with a foreign Origin on a change or an upgrade. Thread-safe, does not block.
events::Result<void> authenticate(const Edge& edge, Request& request);

// The key under which live sessions of a token are known to the hub.
std::string token_hash(std::string_view token);

// Set-Cookie for a new session, and for one that has ended.
std::string session_cookie_header(std::string_view token, bool tls);
std::string ended_cookie_header(bool tls);

}  // namespace bitacora::http
