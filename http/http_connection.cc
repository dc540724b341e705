#include "http/http_connection.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <stdexcept>

#include "events/limits.h"
#include "http/defect.h"
#include "http/problem.h"
#include "http/response_writing.h"
#include "http/socket_connection.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::Error;
using events::ErrorCode;
using std::chrono::milliseconds;

std::string new_request_id() {
  return events::format_uuid(events::new_uuid(events::SystemClock().now()));
}

bool is_allowed(Access access, const Principal& principal) {
  switch (access) {
    case Access::Anyone:
      return true;
    case Access::OperatorSession:
      return principal.viewer.has_value();
    case Access::Visitor:
      return principal.contact_id.has_value();
  }
  return false;
}

const SocketRoute* socket_route_at(const ServerCore& core, std::string_view path) {
  const auto found = std::find_if(core.socket_routes.begin(), core.socket_routes.end(),
                                  [path](const SocketRoute& route) { return route.path == path; });
  return found == core.socket_routes.end() ? nullptr : &*found;
}

events::Result<void> establish(const ServerCore& core, Access access, Request& request) {
  if (core.authenticator) {
    if (auto done = core.authenticator(request); !done) {
      return done.error();
    }
  }
  if (!is_allowed(access, request.principal)) {
    return events::error(ErrorCode::Unauthenticated, "This address needs a session.");
  }
  return {};
}

events::Error too_much_outgoing() {
  events::Error error =
      events::error(ErrorCode::Overloaded, "Too much is being sent at the moment.");
  error.retry_after_s = 5;
  return error;
}

}  // namespace

void HttpConnection::start(ServerCore& core, Wire wire) {
  auto connection = std::make_shared<HttpConnection>(core, std::move(wire));
  core.connections.add(connection);
  const Strand strand = connection->strand();
  asio::co_spawn(strand, connection->run(connection),
                 [connection](const std::exception_ptr& thrown) {
                   if (thrown) {
                     defect(thrown, "a connection");
                     connection->wire_.close();
                   }
                   connection->core_.connections.remove(*connection);
                 });
}

HttpConnection::HttpConnection(ServerCore& core, Wire wire)
    : Connection(wire.get_executor()),
      core_(core),
      wire_(std::move(wire)),
      buffer_(limits::request_header_bytes_max + limits::request_body_bytes_max) {}

void HttpConnection::enter(Phase phase, milliseconds at_most) {
  phase_ = phase;
  set_deadline(Clock::now() + at_most);
}

void HttpConnection::deadline_passed() {
  if (phase_ == Phase::Reading) {
    // The reading ends, and the client is told why.
    timed_out_ = true;
    wire_.cancel();
  } else {
    wire_.close();
  }
}

void HttpConnection::wind_up() {
  winding_up_ = true;
  if (phase_ == Phase::Idle || phase_ == Phase::Handshake) {
    wire_.close();
  }
  interrupt(stream_number_);
}

void HttpConnection::cut() { wire_.close(); }

asio::awaitable<void> HttpConnection::run(std::shared_ptr<HttpConnection>) {
  enter(Phase::Handshake, core_.options.times.tls_handshake);
  const error_code failed = co_await wire_.handshake();
  if (failed) {
    wire_.close();
    co_return;
  }
  Next next = Next::Serve;
  while (next == Next::Serve) {
    next = co_await serve_one();
  }
  if (next == Next::End) {
    enter(Phase::Ending, core_.options.times.close);
    co_await wire_.wind_up();
    wire_.close();
  }
}

asio::awaitable<HttpConnection::Next> HttpConnection::serve_one() {
  HeadParser head;
  head.header_limit(limits::request_header_bytes_max);
  head.body_limit(boost::none);
  const ReadOutcome read = co_await read_head(head);
  std::string request_id = new_request_id();
  if (!read.complete) {
    if (read.refusal) {
      co_await write(problem(*read.refusal, request_id), request_id, {});
    }
    co_return Next::End;
  }
  auto asked = take_request(head, request_id);
  if (asked && asked->route && (*asked->route)->streams_body) {
    co_return co_await serve_stream(head, *asked);
  }
  co_return co_await serve_whole(head, std::move(asked), std::move(request_id));
}

events::Result<HttpConnection::Asked> HttpConnection::take_request(const HeadParser& parser,
                                                                   const std::string& request_id) {
  core_.requests_total.fetch_add(1, std::memory_order_relaxed);
  served_before_ = true;
  auto request = request_of(parser.get().base());
  if (!request) {
    return request.error();
  }
  request->request_id = request_id;
  request->remote_address = wire_.remote_address();
  request->tls = wire_.is_tls();
  look_behind(core_.options.trusted_proxies, *request);
  Asked asked{*std::move(request), nullptr};
  asked.route = core_.router.find(asked.request, asked.allowed);
  return asked;
}

asio::awaitable<HttpConnection::Next> HttpConnection::serve_whole(HeadParser& head,
                                                                  events::Result<Asked> asked,
                                                                  std::string request_id) {
  std::optional<Parser> parser(std::in_place, std::move(head));
  parser->body_limit(limits::request_body_bytes_max);
  const ReadOutcome read = co_await read_body(*parser);
  phase_ = Phase::Handling;
  set_deadline(Clock::time_point::max());
  if (!read.complete) {
    if (read.refusal) {
      co_await write(problem(*read.refusal, request_id), request_id, {});
    }
    co_return Next::End;
  }
  HttpRequest message = parser->release();
  parser.reset();
  const Manner manner{message.version(), message.keep_alive(),
                      message.method() == beast_http::verb::head};
  if (asked) {
    if (auto checked = check_body_type(asked->request, message.body()); !checked) {
      asked = checked.error();
    }
  }
  if (!asked) {
    co_return co_await write(problem(asked.error(), request_id), request_id, manner);
  }
  if (boost::beast::websocket::is_upgrade(message)) {
    co_return co_await upgrade(std::move(message), asked->request);
  }
  asked->request.body = std::move(message.body());
  std::optional<Quota::Share> share;
  Response response = co_await answer(*asked, share);
  co_return co_await write(std::move(response), std::move(request_id), manner);
}

asio::awaitable<error_code> HttpConnection::read_first_bytes() {
  enter(Phase::Idle, served_before_ ? core_.options.times.keep_alive : core_.options.times.request);
  if (winding_up_ || core_.stopping) {
    co_return asio::error::operation_aborted;
  }
  constexpr std::size_t first_bytes = 1024;
  auto [failed, bytes] = co_await wire_.async_read_some(buffer_.prepare(first_bytes), as_result);
  buffer_.commit(bytes);
  co_return failed;
}

asio::awaitable<HttpConnection::ReadOutcome> HttpConnection::read_head(HeadParser& parser) {
  if (buffer_.size() == 0) {
    const error_code failed = co_await read_first_bytes();
    if (failed) {
      co_return ReadOutcome{};
    }
  }
  enter(Phase::Reading, core_.options.times.request);
  auto [failed, bytes] = co_await beast_http::async_read_header(wire_, buffer_, parser, as_result);
  if (failed) {
    co_return outcome_of(failed);
  }
  if (auto checked = check_head(parser.get()); !checked) {
    co_return ReadOutcome{.refusal = checked.error()};
  }
  co_return ReadOutcome{.complete = true};
}

asio::awaitable<HttpConnection::ReadOutcome> HttpConnection::read_body(Parser& parser) {
  if (parser.content_length().value_or(0) > limits::request_body_bytes_max) {
    co_return outcome_of(beast_http::error::body_limit);
  }
  if (boost::beast::iequals(parser.get()[beast_http::field::expect], "100-continue") &&
      buffer_.size() == 0 && !parser.is_done()) {
    const bool invited = co_await invite_body();
    if (!invited) {
      co_return ReadOutcome{};
    }
  }
  auto [failed, bytes] = co_await beast_http::async_read(wire_, buffer_, parser, as_result);
  if (failed) {
    co_return outcome_of(failed);
  }
  co_return ReadOutcome{.complete = true};
}

asio::awaitable<bool> HttpConnection::invite_body() {
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  auto [failed, bytes] = co_await asio::async_write(wire_, asio::buffer(go_on), as_result);
  co_return !failed;
}

HttpConnection::ReadOutcome HttpConnection::outcome_of(error_code failed) const {
  if (timed_out_) {
    return {.refusal = events::error(ErrorCode::RequestTimeout,
                                     "The whole request did not arrive in time.")};
  }
  if (failed == beast_http::error::header_limit || failed == beast_http::error::buffer_overflow) {
    return {.refusal = events::error(ErrorCode::HeadersTooLarge,
                                     "The request line and the headers have at most " +
                                         std::to_string(limits::request_header_bytes_max) +
                                         " bytes together.")};
  }
  if (failed == beast_http::error::body_limit) {
    return {.refusal =
                events::error(ErrorCode::PayloadTooLarge,
                              "The body has at most " +
                                  std::to_string(limits::request_body_bytes_max) + " bytes.")};
  }
  if (failed == beast_http::error::partial_message) {
    return {.refusal = events::error(ErrorCode::BadRequest, "The request is cut off.")};
  }
  if (failed.category() ==
          beast_http::make_error_code(beast_http::error::end_of_stream).category() &&
      failed != beast_http::error::end_of_stream) {
    return {.refusal = events::error(ErrorCode::BadRequest,
                                     "The request is not HTTP/1.1: " + failed.message() + ".")};
  }
  return {};
}

asio::awaitable<Response> HttpConnection::answer(Asked& asked, std::optional<Quota::Share>& share) {
  if (core_.gate.before) {
    if (auto answered = core_.gate.before(asked.request)) {
      co_return *std::move(answered);
    }
  }
  Response response = co_await answer_by_route(asked);
  // What a change is answered with is small, and has happened.
  if (asked.request.method == beast_http::verb::get &&
      response.body.size() > limits::gathered_frame_bytes_max) {
    share = core_.outgoing.take(Quota::asker(asked.request.principal), response.body.size());
    if (!share) response = problem(too_much_outgoing(), asked.request.request_id);
  }
  if (core_.gate.after) {
    core_.gate.after(asked.request, response);
  }
  co_return response;
}

asio::awaitable<Response> HttpConnection::answer_by_route(Asked& asked) {
  Request& request = asked.request;
  if (!asked.route) {
    if (socket_route_at(core_, request.path) != nullptr) {
      refuse_without_upgrade(asked);
    }
    Response refused = problem(asked.route.error(), request.request_id);
    if (!asked.allowed.empty()) {
      refused.headers.emplace_back("Allow", asked.allowed);
    }
    co_return refused;
  }
  const Route& route = **asked.route;
  if (auto established = establish(core_, route.access, request); !established) {
    co_return problem(established.error(), request.request_id);
  }
  co_return co_await run_handler(route, request);
}

void HttpConnection::refuse_without_upgrade(Asked& asked) {
  if (asked.request.method == beast_http::verb::get) {
    asked.route = events::error(ErrorCode::BadRequest, "This address speaks WebSocket.");
  } else {
    asked.allowed = "GET";
    asked.route = events::error(ErrorCode::MethodNotAllowed, "This address takes GET only.");
  }
}

asio::awaitable<Response> HttpConnection::run_handler(const Route& route, Request& request) {
  std::exception_ptr thrown;
  try {
    auto response = co_await route.handler(request);
    if (!response) {
      co_return problem(response.error(), request.request_id);
    }
    if (!has_sound_headers(*response)) throw std::logic_error("a header with a line break");
    co_return *std::move(response);
  } catch (...) {
    thrown = std::current_exception();
  }
  const std::string where = "request " + request.request_id + ", " +
                            std::string(beast_http::to_string(request.method)) + ' ' +
                            std::string(route.pattern);
  co_return problem(defect(thrown, where), request.request_id);
}

events::Result<std::shared_ptr<SocketSession>> HttpConnection::open_session(
    const HttpRequest& message, Request& request) {
  const SocketRoute* const found = socket_route_at(core_, request.path);
  if (found == nullptr) {
    return events::error(ErrorCode::NotFound, "There is no WebSocket at this address.");
  }
  if (auto established = establish(core_, found->access, request); !established) {
    return established.error();
  }
  if (message[beast_http::field::sec_websocket_version] != "13" ||
      message[beast_http::field::sec_websocket_key].empty()) {
    return events::error(ErrorCode::BadRequest,
                         "A WebSocket needs Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key.");
  }
  if (buffer_.size() != 0) {
    return events::error(ErrorCode::BadRequest,
                         "A client sends nothing before its WebSocket has been accepted.");
  }
  if (winding_up_ || core_.stopping) {
    return events::error(ErrorCode::Unavailable, "The server stops.");
  }
  return found->handler(request);
}

asio::awaitable<HttpConnection::Next> HttpConnection::upgrade(HttpRequest message,
                                                              Request& request) {
  auto session = open_session(message, request);
  if (session) {
    SocketConnection::start(core_, std::move(wire_), *std::move(session), std::move(message),
                            request.request_id, Quota::asker(request.principal));
    co_return Next::Upgraded;
  }
  const std::string request_id = request.request_id;
  Response refused = problem(session.error(), request_id);
  refused.headers.emplace_back("Sec-WebSocket-Version", "13");
  co_return co_await write(std::move(refused), request_id, {});
}

}  // namespace bitacora::http
