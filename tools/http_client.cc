#include "tools/http_client.h"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cctype>
#include <optional>
#include <variant>

namespace bitacora::tools {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using events::error;
using events::ErrorCode;
using events::Result;
using Wire = http::request<http::string_body>;

// A page of 200 conversations with long previews is some 200 KiB.
constexpr std::uint64_t answer_bytes_max = 16ull * 1024 * 1024;

HttpAnswer answer_of(http::response<http::string_body>&& response) {
  HttpAnswer answer;
  answer.status = response.result_int();
  for (const auto& field : response) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    answer.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  answer.body = std::move(response.body());
  return answer;
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

struct HttpClient::Connection {
  using Plain = beast::tcp_stream;
  using Tls = beast::ssl_stream<beast::tcp_stream>;

  bool tls = false;
  std::string host;
  std::string port;
  std::chrono::milliseconds timeout{};
  std::string bearer{};
  asio::io_context io{1};
  asio::ssl::context tls_context{asio::ssl::context::tls_client};
  std::variant<std::monostate, Plain, Tls> stream{};
  beast::flat_buffer buffer{};

  [[nodiscard]] bool connected() const { return stream.index() != 0; }

  // Runs one asynchronous operation to its end: only those know of time-outs.
  template <class Start>
  beast::error_code wait(beast::tcp_stream& tcp, Start&& start) {
    beast::error_code result;
    tcp.expires_after(timeout);
    start([&](beast::error_code failure, auto&&...) { result = failure; });
    io.restart();
    io.run();
    return result;
  }

  beast::error_code connect() {
    buffer.clear();
    beast::error_code failure;
    const auto addresses = asio::ip::tcp::resolver(io).resolve(host, port, failure);
    if (failure) return failure;
    Plain tcp(io);
    failure = wait(tcp, [&](auto done) { tcp.async_connect(addresses, std::move(done)); });
    if (failure) return failure;
    tcp.socket().set_option(asio::ip::tcp::no_delay(true), failure);
    if (!tls) {
      stream.emplace<Plain>(std::move(tcp));
      return {};
    }
    Tls secure(std::move(tcp), tls_context);
    secure.set_verify_mode(asio::ssl::verify_peer);
    secure.set_verify_callback(asio::ssl::host_name_verification(host));
    SSL_set_tlsext_host_name(secure.native_handle(), host.c_str());
    failure = wait(beast::get_lowest_layer(secure), [&](auto done) {
      secure.async_handshake(asio::ssl::stream_base::client, std::move(done));
    });
    if (!failure) stream.emplace<Tls>(std::move(secure));
    return failure;
  }

  template <class Stream>
  beast::error_code exchange(Stream& to, const Wire& request, HttpAnswer& answer) {
    auto& tcp = beast::get_lowest_layer(to);
    auto failure = wait(tcp, [&](auto done) { http::async_write(to, request, std::move(done)); });
    if (failure) return failure;
    http::response_parser<http::string_body> parser;
    parser.body_limit(answer_bytes_max);
    if (request.method() == http::verb::head) parser.skip(true);
    failure = wait(tcp, [&](auto done) { http::async_read(to, buffer, parser, std::move(done)); });
    if (failure) return failure;
    const bool keep = parser.keep_alive();
    answer = answer_of(parser.release());
    if (!keep) stream.emplace<std::monostate>();
    return {};
  }

  beast::error_code exchange(const Wire& request, HttpAnswer& answer) {
    if (auto* plain = std::get_if<Plain>(&stream)) return exchange(*plain, request, answer);
    return exchange(std::get<Tls>(stream), request, answer);
  }

  [[nodiscard]] Wire wire_of(const HttpCall& call) const {
    Wire request;
    request.method_string(call.method);
    request.target(call.target);
    request.version(11);
    request.set(http::field::host, host + ":" + port);
    if (!bearer.empty()) request.set(http::field::authorization, "Bearer " + bearer);
    if (!call.idempotency_key.empty()) request.set("Idempotency-Key", call.idempotency_key);
    if (!call.body.empty()) {
      request.set(http::field::content_type, "application/json");
      request.body() = call.body;
    }
    for (const auto& [name, value] : call.headers) request.set(name, value);
    request.prepare_payload();
    return request;
  }
};

HttpClient::HttpClient(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}

HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::open(std::string_view url,
                                                     std::chrono::milliseconds timeout) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || (parsed->scheme() != "http" && parsed->scheme() != "https") ||
      parsed->host().empty() || !(parsed->path().empty() || parsed->path() == "/") ||
      parsed->has_query() || parsed->has_userinfo()) {
    return error(ErrorCode::Invalid, "The server's address is to be http://HOST:PORT or https://.");
  }
  auto connection = std::make_unique<Connection>();
  connection->tls = parsed->scheme() == "https";
  connection->host = parsed->host_address();
  connection->port = parsed->has_port() ? std::string(parsed->port())
                                        : std::string(connection->tls ? "443" : "80");
  connection->timeout = timeout;
  if (connection->tls) {
    beast::error_code ignored;
    connection->tls_context.set_default_verify_paths(ignored);
  }
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(connection)));
}

void HttpClient::set_bearer(std::string token) { connection_->bearer = std::move(token); }

void HttpClient::disconnect() { connection_->stream.emplace<std::monostate>(); }

Result<HttpAnswer> HttpClient::call(const HttpCall& call) {
  const Wire request = connection_->wire_of(call);
  const bool repeatable = call.method == "GET" || !call.idempotency_key.empty();
  for (int attempt = 1;; ++attempt) {
    const bool kept = connection_->connected();
    beast::error_code failure = kept ? beast::error_code() : connection_->connect();
    HttpAnswer answer;
    if (!failure) failure = connection_->exchange(request, answer);
    if (!failure) return answer;
    disconnect();
    if (!kept || !repeatable || attempt > 1) {
      return error(ErrorCode::Unavailable, "No answer from " + connection_->host + ":" +
                                               connection_->port + ": " + failure.message() + ".");
    }
  }
}

Result<HttpAnswer> HttpClient::get(std::string target) {
  return call({.method = "GET", .target = std::move(target)});
}

Result<HttpAnswer> HttpClient::post(std::string target, std::string body,
                                    std::string idempotency_key) {
  return call({.method = "POST",
               .target = std::move(target),
               .body = std::move(body),
               .idempotency_key = std::move(idempotency_key)});
}

}  // namespace bitacora::tools
