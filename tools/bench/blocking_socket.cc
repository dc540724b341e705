#include "tools/bench/blocking_socket.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

namespace bitacora::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Socket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;

// The largest frame is one of changes, and that has a bound of its own.
constexpr std::size_t frame_bytes_max = 16ul * 1024 * 1024;

}  // namespace

struct BlockingSocket::State {
  asio::io_context io{1};
  websocket::stream<Socket> stream{io.get_executor()};
  beast::flat_buffer buffer{};
  std::chrono::milliseconds timeout{};
  bool reading = false;
  bool gone = false;
  std::optional<std::string> frame{};  // read, and not yet received

  // Runs until `finished`, or the time is over.
  bool run_until(const bool& finished, std::chrono::milliseconds limit) {
    const auto deadline = Clock::now() + limit;
    io.restart();
    while (!finished && Clock::now() < deadline) {
      if (io.run_one_until(deadline) == 0) break;
    }
    return finished;
  }

  // One operation of the stream, to its end; a time-out ends the connection with it.
  template <class Start>
  beast::error_code wait(Start&& start) {
    bool finished = false;
    beast::error_code result;
    start([&](beast::error_code failure, auto&&...) {
      result = failure;
      finished = true;
    });
    if (run_until(finished, timeout)) return result;
    beast::error_code ignored;
    stream.next_layer().close(ignored);
    run_until(finished, timeout);
    return asio::error::timed_out;
  }

  void read() {
    if (reading || gone || frame) return;
    reading = true;
    stream.async_read(buffer, [this](beast::error_code failure, std::size_t) {
      reading = false;
      if (failure) {
        gone = true;
        return;
      }
      frame = beast::buffers_to_string(buffer.cdata());
      buffer.consume(buffer.size());
    });
  }
};

BlockingSocket::BlockingSocket(std::unique_ptr<State> state) : state_(std::move(state)) {}

BlockingSocket::~BlockingSocket() {
  drop();
  state_->io.stop();
}

events::Result<std::unique_ptr<BlockingSocket>> BlockingSocket::open(const SocketCall& call) {
  auto state = std::make_unique<State>();
  state->timeout = call.timeout;
  auto& stream = state->stream;
  stream.read_message_max(frame_bytes_max);
  const tcp::endpoint server(asio::ip::address_v4::loopback(), call.port);
  auto failure =
      state->wait([&](auto done) { stream.next_layer().async_connect(server, std::move(done)); });
  if (failure) return events::error(events::ErrorCode::Unavailable, failure.message());
  stream.next_layer().set_option(tcp::no_delay(true));
  stream.set_option(websocket::stream_base::decorator([&call](websocket::request_type& request) {
    if (!call.bearer.empty()) {
      request.set(beast::http::field::authorization, "Bearer " + call.bearer);
    }
  }));
  websocket::response_type answer;
  failure = state->wait([&](auto done) {
    stream.async_handshake(answer, "127.0.0.1:" + std::to_string(call.port), call.target,
                           std::move(done));
  });
  if (failure == websocket::error::upgrade_declined) {
    const auto code = answer.result_int() == 401   ? events::ErrorCode::Unauthenticated
                      : answer.result_int() == 404 ? events::ErrorCode::NotFound
                                                   : events::ErrorCode::BadRequest;
    return events::error(code, answer.body());
  }
  if (failure) return events::error(events::ErrorCode::Unavailable, failure.message());
  return std::unique_ptr<BlockingSocket>(new BlockingSocket(std::move(state)));
}

events::Result<void> BlockingSocket::send(std::string_view frame) {
  if (state_->gone) return events::error(events::ErrorCode::Unavailable, "The socket is closed.");
  const auto failure = state_->wait([&](auto done) {
    state_->stream.async_write(asio::buffer(frame.data(), frame.size()), std::move(done));
  });
  if (failure) {
    state_->gone = true;
    return events::error(events::ErrorCode::Unavailable, failure.message());
  }
  return {};
}

std::optional<std::string> BlockingSocket::receive(std::chrono::milliseconds timeout) {
  state_->read();
  const auto deadline = Clock::now() + timeout;
  state_->io.restart();
  state_->io.poll();
  while (!state_->frame && !state_->gone && Clock::now() < deadline) {
    if (state_->io.run_one_until(deadline) == 0) break;
  }
  return std::exchange(state_->frame, std::nullopt);
}

bool BlockingSocket::closed() const { return state_->gone; }

std::optional<std::uint16_t> BlockingSocket::close_code() const {
  const auto code = state_->stream.reason().code;
  return state_->gone && code != websocket::close_code::none ? std::optional<std::uint16_t>(code)
                                                             : std::nullopt;
}

void BlockingSocket::close() {
  if (state_->gone) return;
  // A read that is under way takes the server's answer; there is nobody else to.
  state_->read();
  bool finished = false;
  state_->stream.async_close(websocket::close_code::normal,
                             [&](beast::error_code) { finished = true; });
  state_->run_until(finished, state_->timeout);
  drop();
}

void BlockingSocket::drop() {
  state_->gone = true;
  beast::error_code ignored;
  auto& socket = state_->stream.next_layer();
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

}  // namespace bitacora::bench
