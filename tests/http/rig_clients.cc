#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include "tests/http/server_rig.h"

namespace bitacora::http {

namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::asio::ip::tcp;

tcp::endpoint endpoint_of(std::uint16_t port) {
  return {boost::asio::ip::address_v4::loopback(), port};
}

json::value parse_or_null(std::string_view text) {
  boost::json::error_code failed;
  json::value parsed = json::parse(text, failed);
  return failed ? json::value() : parsed;
}

}  // namespace

std::string RigAnswer::header(std::string_view name) const {
  for (const auto& [found, value] : headers) {
    if (found == name) return value;
  }
  return {};
}

std::string RigAnswer::problem() const {
  if (header("content-type") != "application/problem+json") return {};
  return text_at(body, "/type").substr(std::string_view("/problems/").size());
}

// --- HTTP -------------------------------------------------------------------------------------

struct RigClient::Connection {
  boost::asio::io_context context{};
  tcp::socket socket{context};
  beast::flat_buffer buffer{};
  std::string host;
  std::string bearer;
};

RigClient::RigClient(std::uint16_t port, std::string bearer)
    : connection_(std::make_unique<Connection>()) {
  connection_->host = "127.0.0.1:" + std::to_string(port);
  connection_->bearer = std::move(bearer);
  connection_->socket.connect(endpoint_of(port));
}

RigClient::~RigClient() = default;
RigClient::RigClient(RigClient&&) noexcept = default;

RigAnswer RigClient::call(const std::string& method, const std::string& target,
                          const std::optional<std::string>& body, const RigHeaders& headers) {
  beast_http::request<beast_http::string_body> request;
  request.version(11);
  request.method_string(method);
  request.target(target);
  request.set(beast_http::field::host, connection_->host);
  if (!connection_->bearer.empty()) {
    request.set(beast_http::field::authorization, "Bearer " + connection_->bearer);
  }
  if (body) {
    request.set(beast_http::field::content_type, "application/json");
    request.body() = *body;
  }
  for (const auto& [name, value] : headers) request.set(name, value);
  request.prepare_payload();
  beast_http::write(connection_->socket, request);
  beast_http::response_parser<beast_http::string_body> parser;
  parser.body_limit(64 * 1024 * 1024);
  parser.skip(method == "HEAD");
  beast_http::read(connection_->socket, connection_->buffer, parser);
  RigAnswer answer;
  answer.status = parser.get().result_int();
  for (const auto& field : parser.get()) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    answer.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  answer.text = parser.get().body();
  answer.body = parse_or_null(answer.text);
  return answer;
}

RigAnswer RigClient::post(const std::string& target, const json::object& body,
                          const std::string& key) {
  RigHeaders headers;
  if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
  return call("POST", target, json::serialize(body), headers);
}

RigAnswer RigClient::put(const std::string& target, const json::object& body) {
  return call("PUT", target, json::serialize(body));
}

json::array RigClient::list(const std::string& target) {
  json::array items;
  std::string cursor;
  for (;;) {
    const std::string page =
        cursor.empty()
            ? target
            : target + (target.find('?') == std::string::npos ? "?" : "&") + "cursor=" + cursor;
    const RigAnswer answer = get(page);
    EXPECT_EQ(answer.status, 200U) << page << " " << answer.text;
    if (answer.status != 200) return items;
    for (const json::value& item : answer.body.at("items").as_array()) items.push_back(item);
    if (answer.body.at("next_cursor").is_null()) return items;
    cursor = text_at(answer.body, "/next_cursor");
  }
}

// --- WebSocket --------------------------------------------------------------------------------

struct RigSocket::Connection {
  boost::asio::io_context context{};
  websocket::stream<tcp::socket> socket{context};
  beast::flat_buffer buffer{};
  unsigned refused_with = 0;
  bool open = false;
};

RigSocket::RigSocket(std::uint16_t port, const std::string& target, const RigHeaders& headers)
    : connection_(std::make_unique<Connection>()) {
  auto& socket = connection_->socket;
  beast::get_lowest_layer(socket).connect(endpoint_of(port));
  socket.read_message_max(64 * 1024 * 1024);
  socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    for (const auto& [name, value] : headers) request.set(name, value);
  }));
  websocket::response_type response;
  boost::system::error_code failed;
  socket.handshake(response, "127.0.0.1:" + std::to_string(port), target, failed);
  connection_->open = !failed;
  if (failed) connection_->refused_with = response.result_int();
}

RigSocket::~RigSocket() = default;
RigSocket::RigSocket(RigSocket&&) noexcept = default;

unsigned RigSocket::refused_with() const { return connection_->refused_with; }

void RigSocket::send(const json::object& frame) { send_text(json::serialize(frame)); }

void RigSocket::send_text(const std::string& text, bool binary) {
  boost::system::error_code ignored;
  connection_->socket.binary(binary);
  connection_->socket.write(boost::asio::buffer(text), ignored);
}

json::value RigSocket::next(std::chrono::milliseconds timeout) {
  if (!connection_->open) return {};
  std::optional<boost::system::error_code> done;
  connection_->socket.async_read(
      connection_->buffer, [&](boost::system::error_code failed, std::size_t) { done = failed; });
  connection_->context.restart();
  connection_->context.run_for(timeout);
  if (!done) {
    // The read would outlive the call, so the socket cannot be used any more.
    cut();
    connection_->context.restart();
    connection_->context.run();
    return {};
  }
  if (*done) {
    connection_->open = false;
    return {};
  }
  const std::string text = beast::buffers_to_string(connection_->buffer.data());
  connection_->buffer.clear();
  return parse_or_null(text);
}

json::value RigSocket::next_of(std::string_view type) {
  for (;;) {
    json::value frame = next();
    if (frame.is_null()) {
      ADD_FAILURE() << "no frame of type " << type << " came";
      return frame;
    }
    if (text_at(frame, "/type") == type) return frame;
  }
}

unsigned RigSocket::close_code() {
  while (!next().is_null()) {
  }
  return connection_->socket.reason().code;
}

void RigSocket::cut() {
  boost::system::error_code ignored;
  beast::get_lowest_layer(connection_->socket).close(ignored);
  connection_->open = false;
}

}  // namespace bitacora::http
