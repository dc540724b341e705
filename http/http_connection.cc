#include "http/http_connection.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "events/limits.h"
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

// A body of so many bytes may take as long as the slowest line that is worth serving.
milliseconds time_to_write(milliseconds least, std::size_t bytes) {
  constexpr std::size_t bytes_per_second_min = 16 * 1024;
  return least + std::chrono::seconds(bytes / bytes_per_second_min);
}

}  // namespace

void HttpConnection::start(ServerCore& core, Wire wire) {
  auto connection = std::make_shared<HttpConnection>(core, std::move(wire));
  core.connections.add(connection);
  const Strand strand = connection->strand();
  asio::co_spawn(strand, connection->run(connection), [connection](std::exception_ptr thrown) {
    if (thrown) {
      spdlog::error("a connection ended with an exception, which is a defect");
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
  std::optional<Parser> parser(std::in_place);
  parser->header_limit(limits::request_header_bytes_max);
  parser->body_limit(limits::request_body_bytes_max);
  ReadOutcome read = co_await read_request(*parser);
  phase_ = Phase::Handling;
  set_deadline(Clock::time_point::max());
  const std::string request_id = new_request_id();
  if (!read.complete) {
    if (read.refusal) {
      co_await write(problem(*read.refusal, request_id), request_id, 11, false, false);
    }
    co_return Next::End;
  }
  core_.requests_total.fetch_add(1, std::memory_order_relaxed);
  served_before_ = true;
  HttpRequest message = parser->release();
  parser.reset();
  const unsigned version = message.version();
  const bool keep_alive = message.keep_alive();
  const bool is_upgrade = boost::beast::websocket::is_upgrade(message);
  auto taken = take_request(message);
  if (!taken) {
    co_return co_await write(problem(taken.error(), request_id), request_id, version, keep_alive,
                             message.method() == beast_http::verb::head)
        ? Next::Serve
        : Next::End;
  }
  Request request = *std::move(taken);
  request.request_id = request_id;
  request.remote_address = wire_.remote_address();
  request.tls = wire_.is_tls();
  if (is_upgrade) {
    co_return co_await upgrade(std::move(message), request);
  }
  Response response = co_await answer(request);
  const bool written = co_await write(std::move(response), request_id, version, keep_alive,
                                      request.method == beast_http::verb::head);
  co_return written ? Next::Serve : Next::End;
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

asio::awaitable<HttpConnection::ReadOutcome> HttpConnection::read_request(Parser& parser) {
  if (buffer_.size() == 0) {
    const error_code failed = co_await read_first_bytes();
    if (failed) {
      co_return ReadOutcome{};
    }
  }
  enter(Phase::Reading, core_.options.times.request);
  auto [head_failed, head_bytes] =
      co_await beast_http::async_read_header(wire_, buffer_, parser, as_result);
  if (head_failed) {
    co_return outcome_of(head_failed);
  }
  if (auto checked = check_head(parser.get()); !checked) {
    co_return ReadOutcome{.refusal = checked.error()};
  }
  ReadOutcome expected = co_await answer_expectation(parser);
  if (!expected.complete) {
    co_return expected;
  }
  auto [failed, bytes] = co_await beast_http::async_read(wire_, buffer_, parser, as_result);
  if (failed) {
    co_return outcome_of(failed);
  }
  co_return ReadOutcome{.complete = true};
}

asio::awaitable<HttpConnection::ReadOutcome> HttpConnection::answer_expectation(
    const Parser& parser) {
  if (parser.content_length().value_or(0) > limits::request_body_bytes_max) {
    co_return outcome_of(beast_http::error::body_limit);
  }
  if (boost::beast::iequals(parser.get()[beast_http::field::expect], "100-continue") &&
      buffer_.size() == 0 && !parser.is_done()) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    auto [failed, bytes] = co_await asio::async_write(wire_, asio::buffer(go_on), as_result);
    if (failed) {
      co_return ReadOutcome{};
    }
  }
  co_return ReadOutcome{.complete = true};
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

asio::awaitable<Response> HttpConnection::answer(Request& request) {
  std::string allowed;
  const auto route = core_.router.find(request, allowed);
  if (!route) {
    for (const SocketRoute& socket_route : core_.socket_routes) {
      if (socket_route.path == request.path) {
        co_return problem(events::error(ErrorCode::BadRequest, "This address speaks WebSocket."),
                          request.request_id);
      }
    }
    Response refused = problem(route.error(), request.request_id);
    if (!allowed.empty()) {
      refused.headers.emplace_back("Allow", allowed);
    }
    co_return refused;
  }
  if (auto established = establish(core_, (*route)->access, request); !established) {
    co_return problem(established.error(), request.request_id);
  }
  co_return co_await run_handler(**route, request);
}

asio::awaitable<Response> HttpConnection::run_handler(const Route& route, Request& request) {
  std::string what;
  try {
    auto response = co_await route.handler(request);
    if (!response) {
      co_return problem(response.error(), request.request_id);
    }
    if (has_sound_headers(*response)) {
      co_return *std::move(response);
    }
    what = "a header with a line break";
  } catch (const std::exception& thrown) {
    what = thrown.what();
  } catch (...) {
    what = "something that is no exception";
  }
  spdlog::error("request {}: {} {} failed, which is a defect: {}", request.request_id,
                std::string_view(beast_http::to_string(request.method)), route.pattern, what);
  co_return problem(events::error(ErrorCode::Internal, "The server's log has the details."),
                    request.request_id);
}

events::Result<std::shared_ptr<SocketSession>> HttpConnection::open_session(
    const HttpRequest& message, Request& request) {
  const SocketRoute* found = nullptr;
  for (const SocketRoute& route : core_.socket_routes) {
    if (route.path == request.path) {
      found = &route;
    }
  }
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
                            request.request_id);
    co_return Next::Upgraded;
  }
  const std::string request_id = request.request_id;
  Response refused = problem(session.error(), request_id);
  refused.headers.emplace_back("Sec-WebSocket-Version", "13");
  co_await write(std::move(refused), request_id, 11, false, false);
  co_return Next::End;
}

asio::awaitable<bool> HttpConnection::write(Response response, std::string request_id,
                                            unsigned version, bool keep_alive, bool without_body) {
  const std::string_view bytes =
      response.static_body.empty() ? std::string_view(response.body) : response.static_body;
  beast_http::response<beast_http::span_body<const char>> message(
      response_head(response, request_id));
  message.version(version);
  const bool goes_on = keep_alive && !winding_up_ && !core_.stopping;
  message.keep_alive(goes_on);
  if (!is_bodiless(response.status)) {
    message.content_length(bytes.size());
    if (!without_body) {
      message.body() = {bytes.data(), bytes.size()};
    }
  }
  enter(Phase::Writing, time_to_write(core_.options.times.write, message.body().size()));
  auto [failed, written] = co_await beast_http::async_write(wire_, message, as_result);
  if (buffer_.size() == 0) {
    buffer_.shrink_to_fit();
  }
  co_return !failed && goes_on;
}

}  // namespace bitacora::http
