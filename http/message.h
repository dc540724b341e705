// A request and its answer, free of their transport, and the router between them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/verb.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/error.h"
#include "events/visibility.h"

namespace bitacora::http {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;

// Who a request speaks for, established before its handler runs.
struct Principal {
  std::optional<events::Viewer> viewer{};         // an operator's session
  std::optional<events::ContactId> contact_id{};  // a visitor's token
  std::string session_token_hash{};               // of an operator's session
};

// The body of a request whose route takes it in pieces, as it comes. For the handler alone, on the
// connection's strand.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // Content-Length; nullopt when the body is chunked and tells its length only by ending.
  [[nodiscard]] virtual std::optional<std::uint64_t> length() const = 0;
  // Waits for bytes and puts as many into `into`, which is not empty, as have come: how many, 0 at
  // the end of the body. RequestTimeout when nothing comes in time, BadRequest when the body is cut
  // off, Unavailable when it was interrupted.
  virtual asio::awaitable<events::Result<std::size_t>> read_some(asio::mutable_buffer into) = 0;
  // What ends the read under way and those to come: Unavailable. The function may be called from
  // any thread and at any time, also after the request.
  [[nodiscard]] virtual std::function<void()> interruption() = 0;
};

// The body of an answer that is too large to be in memory.
class BodySource {
 public:
  virtual ~BodySource() = default;
  [[nodiscard]] virtual std::uint64_t size_bytes() const = 0;
  // The next bytes, at least one until all have been read. An error cuts the connection: the head
  // is on its way already.
  virtual asio::awaitable<events::Result<std::size_t>> read_some(asio::mutable_buffer into) = 0;
};

struct Request {
  beast_http::verb method{};
  std::string path;                                        // percent-decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;  // percent-decoded, in order
  std::vector<std::string> path_parameters;  // what {…} of the pattern matched, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  BodyStream* stream = nullptr;  // instead of `body`, on a route that streams it
  // Of the client, past proxies that are trusted: without the port, and whether it speaks TLS.
  std::string remote_address;
  bool tls = false;
  std::string request_id;  // UUIDv7, also in the answer's X-Request-Id
  Principal principal;

  // The first header of that (lower-case) name, or the query's parameter.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

struct Response {
  beast_http::status status = beast_http::status::ok;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
  // Static bytes (assets carried in the binary) instead of `body`, when not empty.
  std::string_view static_body{};
  // Or bytes that come in pieces.
  std::shared_ptr<BodySource> source{};
};

// A coroutine on the connection's executor. An Error becomes a problem document; an exception is a
// defect: 500, logged with the request id.
using Handler = std::function<asio::awaitable<events::Result<Response>>(Request&)>;

// Who may call a route; everybody else gets 401 unauthenticated.
enum class Access { Anyone, OperatorSession, Visitor };

struct Route {
  beast_http::verb method{};
  std::string pattern;  // "/api/v1/conversations/{id}/messages"
  Access access = Access::Anyone;
  Handler handler;
  // The handler is called when the head has come, and reads the body, of whatever type and length,
  // from request.stream. What it leaves unread ends the connection.
  bool streams_body = false;
};

// Patterns match whole paths, segment by segment: {name} takes one segment that is not empty,
// {name*} as the last one takes the rest, slashes and all. The first route that matches serves.
class Router {
 public:
  void add(Route route);
  // The route, with path_parameters filled in; NotFound, or MethodNotAllowed when the path exists
  // with other methods (then `allowed` names them, for the Allow header). HEAD finds GET's, unless
  // the path has its own before.
  events::Result<const Route*> find(Request& request, std::string& allowed) const;
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace bitacora::http
