// One HTTP/1.1 connection: requests one after the other, in order, until one of the two sides ends
// it or it becomes a WebSocket.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <optional>

#include "http/request_parser.h"
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
  using HeadParser = RequestParser<beast_http::empty_body>;
  using Parser = RequestParser<beast_http::string_body>;
  class StreamedBody;
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
  // The head, and what it asks for.
  asio::awaitable<ReadOutcome> read_head(HeadParser& parser);
  asio::awaitable<error_code> read_first_bytes();
  // A request, and the route that it found.
  struct Asked {
    Request request;
    events::Result<const Route*> route;
    std::string allowed{};  // methods, when it found none
  };
  events::Result<Asked> take_request(const HeadParser& parser, const std::string& request_id);
  // Those whose body is read before they are served, and those that stream it.
  asio::awaitable<Next> serve_whole(HeadParser& head, events::Result<Asked> asked,
                                    std::string request_id);
  asio::awaitable<Next> serve_stream(HeadParser& head, Asked& asked);
  asio::awaitable<ReadOutcome> read_body(Parser& parser);
  asio::awaitable<bool> invite_body();
  [[nodiscard]] ReadOutcome outcome_of(error_code failed) const;

  // `share` is of what is answered, and to be kept until it is written.
  asio::awaitable<Response> answer(Asked& asked, std::optional<Quota::Share>& share);
  asio::awaitable<Response> answer_by_route(Asked& asked);
  // Of the address of a WebSocket.
  static void refuse_without_upgrade(Asked& asked);
  asio::awaitable<Response> run_handler(const Route& route, Request& request);
  events::Result<std::shared_ptr<SocketSession>> open_session(const HttpRequest& message,
                                                              Request& request);
  asio::awaitable<Next> upgrade(HttpRequest message, Request& request);

  // How an answer is to be written.
  struct Manner {
    unsigned version = 11;
    bool keep_alive = false;
    bool without_body = false;
  };
  asio::awaitable<Next> write(Response response, std::string request_id, Manner manner);
  asio::awaitable<bool> write_source(BodySource& source);

  // Ends the reading of the body that is being streamed, if it is that one still.
  void interrupt(std::uint64_t stream_number);
  void enter(Phase phase, std::chrono::milliseconds at_most);

  ServerCore& core_;
  Wire wire_;
  boost::beast::flat_buffer buffer_;
  Phase phase_ = Phase::Handshake;
  bool timed_out_ = false;
  bool winding_up_ = false;
  bool served_before_ = false;
  // Of the bodies that were streamed, the one under way; 0: none is.
  std::uint64_t streams_begun_ = 0;
  std::uint64_t stream_number_ = 0;
  bool stream_interrupted_ = false;
};

}  // namespace bitacora::http
