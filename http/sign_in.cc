// Signing in and out, and one's own account.

#include "http/authentication.h"
#include "http/directory_calls.h"
#include "http/domain_json.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using beast_http::verb;
using events::ErrorCode;

// A password as somebody types it to sign in: whatever it is, it is right or wrong.
constexpr TextBounds typed_password{.min = 0, .max = limits::password_bytes_max};
constexpr TextBounds typed_username{.min = 0, .max = limits::slug_bytes_max};

events::Error bad_credentials() {
  return events::error(ErrorCode::BadCredentials, "The user or the password is wrong.");
}

// Whether the password is the account's; nullopt is nobody's. TooManyAttempts before that.
asio::awaitable<events::Result<void>> check(EdgePtr edge, const Request& request,
                                            std::string username,
                                            std::optional<events::OperatorId> id,
                                            std::string password) {
  const auto now = std::chrono::steady_clock::now();
  // Guesses past the bound take no thread.
  const auto allowed = edge->sign_in_throttle.check(username, request.remote_address, now);
  if (!allowed) co_return allowed.error();
  std::function<events::Result<bool>()> compare = [edge, username = std::move(username),
                                                   address = request.remote_address, now, id,
                                                   password = std::move(password)] {
    return edge->sign_in_throttle.attempt(username, address, now, [&] {
      return edge->options.secrets->check_password(id, password);
    });
  };
  const auto right = co_await edge->workers.run<bool>(std::move(compare));
  if (!right) co_return right.error();
  if (!*right) co_return bad_credentials();
  co_return events::Result<void>();
}

// A new session for the account, told in the body and as a cookie; and the position of the change
// that it follows, if it follows one. `as_of` as SecretStore has it.
events::Result<Response> open_session(Edge& edge, const Request& request,
                                      const events::OperatorId& id, SecretStore::Endings as_of,
                                      std::optional<events::Position> position = {}) {
  const events::Directory directory = edge.directory();
  const events::Operator* account = directory->operator_of(id);
  if (account == nullptr || !account->active) return bad_credentials();
  const auto opened = edge.options.secrets->open_session(id, edge.now(), as_of);
  if (!opened) return opened.error();
  edge.hub.end_session(opened->displaced_hash, "signed in too often elsewhere");
  json::object body{{"token", opened->token}, {"operator", account_json(*account, *directory, {})}};
  if (position) body.emplace("position", position->value());
  Response response = json_response(body);
  response.headers.emplace_back("Set-Cookie", session_cookie_header(opened->token, request.tls));
  return response;
}

Answer sign_in(EdgePtr edge, Request& request) {
  JsonReader body(request.body);
  const std::string username = body.text("username", typed_username);
  const std::string password = body.text("password", typed_password);
  if (const auto read = body.finish(); !read) co_return read.error();
  if (const auto key = idempotency_of(request, {}); !key) co_return key.error();
  // A page of another site must not sign somebody in to an account of its choosing.
  if (request.header("origin") && !is_own_origin(request, edge->options.public_origins)) {
    co_return events::error(ErrorCode::BadOrigin, "Sign-in came from a page of another site.");
  }
  const events::Directory directory = edge->directory();
  const events::Operator* account = directory->operator_by_username(username);
  const std::optional<events::OperatorId> id =
      account != nullptr && account->active ? std::optional(account->id) : std::nullopt;
  const auto endings = id ? edge->options.secrets->endings(*id) : 0;
  const auto right = co_await check(edge, request, username, id, password);
  if (!right) co_return right.error();
  co_return open_session(*edge, request, *id, endings);
}

Answer sign_out(EdgePtr edge, Request& request) {
  const auto ended = edge->options.secrets->end_session(session_token_of(request));
  if (!ended) co_return ended.error();
  edge->hub.end_session(request.principal.session_token_hash, "signed out");
  Response response;
  response.status = beast_http::status::no_content;
  response.headers.emplace_back("Set-Cookie", ended_cookie_header(request.tls));
  co_return response;
}

Answer me(EdgePtr edge, Request& request) {
  const auto there = co_await wait_for_views(edge, request);
  if (!there) co_return there.error();
  const events::Directory directory = edge->directory();
  const events::Operator* account = directory->operator_of(viewer_of(request).id);
  BITACORA_INVARIANT(account != nullptr, "accounts are never removed");
  co_return json_response(account_json(*account, *directory, {}));
}

Answer change_password(EdgePtr edge, Request& request) {
  JsonReader body(request.body);
  const std::string current = body.text("current_password", typed_password);
  const std::string wanted = body.text("new_password", new_password_bounds);
  if (const auto read = body.finish(); !read) co_return read.error();
  const events::OperatorId id = viewer_of(request).id;
  const events::Directory directory = edge->directory();
  const std::string username = directory->operator_of(id)->username;
  const auto endings = edge->options.secrets->endings(id);
  const auto right = co_await check(edge, request, username, id, current);
  if (!right) co_return right.error();
  const auto stored = co_await store_password(edge, id, wanted, endings);
  if (!stored) co_return stored.error();
  const auto noted = co_await ask_directory(edge, request, std::nullopt,
                                            actors::NotePasswordChange{.operator_id = id});
  if (!noted) co_return noted.error();
  // The change has ended the sessions once.
  co_return open_session(*edge, request, id, endings + 1, noted->position);
}

}  // namespace

void add_sign_in(Router& router, const EdgePtr& edge) {
  const auto route = [&](verb method, std::string pattern, Access access, Serve serve) {
    add_route(router, edge, method, std::move(pattern), access, RouteClass::SignIn, serve);
  };
  route(verb::post, "/api/v1/session", Access::Anyone, sign_in);
  route(verb::delete_, "/api/v1/session", Access::OperatorSession, sign_out);
  route(verb::get, "/api/v1/me", Access::OperatorSession, me);
  route(verb::put, "/api/v1/me/password", Access::OperatorSession, change_password);
}

}  // namespace bitacora::http
