// What a client of the product does, over HTTP and over its WebSocket. A network that fails is a
// failure of the test, unless a function says otherwise.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/acceptance/json_values.h"
#include "tools/bench/blocking_socket.h"
#include "tools/http_client.h"

namespace bitacora::acceptance_test {

struct Answer {
  unsigned status = 0;  // 0: there was none
  json::value body{};
  bool replayed = false;
};

json::object text_body(const std::string& text);

// Somebody, over one kept connection. One thread at a time.
class Client {
 public:
  Client(std::uint16_t port, std::string bearer = {});

  Answer get(const std::string& target);
  Answer post(const std::string& target, const json::object& body = {},
              const std::string& key = {});
  Answer put(const std::string& target, const json::object& body);
  // As post(), where no answer (status 0) is something to be expected.
  Answer try_post(const std::string& target, const json::object& body, const std::string& key);

  // All items of a list, page by page.
  std::vector<json::value> list(const std::string& target);

  [[nodiscard]] tools::HttpClient& http() { return *http_; }

 private:
  std::unique_ptr<tools::HttpClient> http_;
};

// The token of a demonstration account.
std::string sign_in(std::uint16_t port, const std::string& username);

struct NewVisitor {
  std::string token;
  std::string contact_id;
};
NewVisitor register_visitor(std::uint16_t port, const std::string& department,
                            const std::string& name);

inline std::string conversation_path(const std::string& id, const std::string& call = {}) {
  return "/api/v1/conversations/" + id + (call.empty() ? "" : "/" + call);
}

// A live socket, whose hello has been read. One thread at a time.
class Live {
 public:
  static constexpr const char* operators = "/api/v1/ws";
  static constexpr const char* webchat = "/api/v1/webchat/ws";

  Live(std::uint16_t port, const std::string& bearer, const std::string& path = operators);

  [[nodiscard]] const json::value& hello() const { return hello_; }
  void send(const json::object& frame);
  void send_command(const std::string& id, const std::string& name,
                    const std::string& conversation_id, const std::optional<json::object>& body);
  // The next frame; null when none comes.
  json::value next(std::chrono::milliseconds timeout = std::chrono::seconds(30));
  // The first frame for which `wanted` says so; those before it go to `passed`, when given. Null,
  // and a failure, when it does not come.
  json::value until(const std::function<bool(const json::value&)>& wanted,
                    std::vector<json::value>* passed = nullptr);
  // The answer to a command, done or refused.
  json::value answer_to(const std::string& id, std::vector<json::value>* passed = nullptr);

  [[nodiscard]] bench::BlockingSocket& socket() { return *socket_; }

 private:
  std::unique_ptr<bench::BlockingSocket> socket_;
  json::value hello_;
};

}  // namespace bitacora::acceptance_test
