// A blocking HTTP/1.1 client for the tools: one connection, kept alive between calls.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/error.h"

namespace bitacora::tools {

struct HttpAnswer {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers{};  // names in lower case
  std::string body{};

  // The first header of that (lower-case) name; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpCall {
  std::string method = "GET";
  std::string target;  // "/api/v1/me"
  // Sent as application/json when not empty.
  std::string body{};
  // Empty: none. A call with a key is repeated once when the kept connection broke under it.
  std::string idempotency_key{};
  // Set after all others, over those of the same name.
  std::vector<std::pair<std::string, std::string>> headers{};
};

// One thread at a time. Blocks for the network, `timeout` at most for each call.
class HttpClient {
 public:
  // "http://HOST:PORT" or "https://HOST:PORT" (checked against the system's certificates); Invalid
  // for anything else. Does not connect yet.
  static events::Result<std::unique_ptr<HttpClient>> open(
      std::string_view url, std::chrono::milliseconds timeout = std::chrono::seconds(30));
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Sent as "Authorization: Bearer" from now on; empty: none.
  void set_bearer(std::string token);

  // Any answer is a success, whatever its status. Connects when not connected. Unavailable when
  // there is no answer: whether a change has happened is unknown then. GETs are repeated once on a
  // new connection when the kept one turns out to be closed.
  events::Result<HttpAnswer> call(const HttpCall& call);

  events::Result<HttpAnswer> get(std::string target);
  events::Result<HttpAnswer> post(std::string target, std::string body,
                                  std::string idempotency_key = {});

  // Drops the connection; the next call opens a new one.
  void disconnect();

 private:
  struct Connection;
  explicit HttpClient(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace bitacora::tools
