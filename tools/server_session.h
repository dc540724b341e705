// Signed in to a running server, as the tools are: its answers as values, its problems as errors.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/directory.h"
#include "events/error.h"
#include "tools/http_client.h"

namespace bitacora::tools {

struct ServerAccount {
  std::string url;  // "http://127.0.0.1:8080"
  std::string username;
  std::string password;
};

// An answer with a 2xx status.
struct ServerAnswer {
  std::string body;  // JSON; empty when the answer had none. json_answer.h reads it
  bool replayed = false;
};

// One thread at a time; it has one connection. Blocks for the network.
class ServerSession {
 public:
  // BadCredentials and TooManyAttempts as the server says; Unavailable when it does not answer.
  static events::Result<std::unique_ptr<ServerSession>> sign_in(const ServerAccount& account);
  // Another connection of the same session, for another thread.
  [[nodiscard]] events::Result<std::unique_ptr<ServerSession>> another() const;

  // `path` stands under /api/v1. Every status but 2xx is an error, with the problem's detail; its
  // code is the problem's name, whichever version of the server knows it.
  events::Result<ServerAnswer> call(std::string method, std::string_view path,
                                    const boost::json::object& body = {},
                                    std::string idempotency_key = {});
  // The same, as somebody else: a contact.
  events::Result<ServerAnswer> call_as(const std::string& token, std::string method,
                                       std::string_view path, const boost::json::object& body,
                                       std::string idempotency_key);

  [[nodiscard]] events::Role role() const { return role_; }
  // Slugs.
  [[nodiscard]] const std::vector<std::string>& departments() const { return departments_; }

 private:
  ServerSession(std::string url, std::unique_ptr<HttpClient> client);

  std::string url_;
  std::unique_ptr<HttpClient> client_;
  std::string token_{};
  events::Role role_{};
  std::vector<std::string> departments_{};
};

}  // namespace bitacora::tools
