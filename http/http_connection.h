// One HTTP/1.1 connection: requests one after the other, in order, until one of the two sides ends
// it or it becomes a WebSocket.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>

#include "http/request_reading.h"
#include "http/server_core.h"
#include "http/wire.h"

namespace bitacora::http {

class HttpConnection final : public Connection {
 public:
  // Adds itself to the core's connections and serves.
  static void start(ServerCore& core, Wire wire);
  HttpConnection(ServerCore& core, Wire wire);

 private:
  // What the deadline, or the server's stop, finds the connection doing.
  enum class Phase { Handshake, Idle, Reading, Handling, Writing, Ending };
  enum class Next { Serve, End, Upgraded };
  using Parser = beast_http::request_parser<beast_http::string_body>;
  // Nothing went wrong; the error to answer before the end; or the end without an answer.
  struct ReadOutcome {
    bool complete = false;
    std::optional<events::Error> refusal{};
  };

  void deadline_passed() override;
  void wind_up() override;
  void cut() override;

  asio::awaitable<void> run(std::shared_ptr<HttpConnection> self);
  asio::awaitable<Next> serve_one();
  asio::awaitable<ReadOutcome> read_request(Parser& parser);
  asio::awaitable<error_code> read_first_bytes();
  asio::awaitable<ReadOutcome> answer_expectation(const Parser& parser);
  [[nodiscard]] ReadOutcome outcome_of(error_code failed) const;
  asio::awaitable<Response> answer(Request& request);
  asio::awaitable<Response> run_handler(const Route& route, Request& request);
  events::Result<std::shared_ptr<SocketSession>> open_session(const HttpRequest& message,
                                                              Request& request);
  asio::awaitable<Next> upgrade(HttpRequest message, Request& request);
  // Whether it was written.
  asio::awaitable<bool> write(Response response, std::string request_id, unsigned version,
                              bool keep_alive, bool without_body);

  void enter(Phase phase, std::chrono::milliseconds at_most);

  ServerCore& core_;
  Wire wire_;
  boost::beast::flat_buffer buffer_;
  Phase phase_ = Phase::Handshake;
  bool timed_out_ = false;
  bool winding_up_ = false;
  bool served_before_ = false;
};

}  // namespace bitacora::http
