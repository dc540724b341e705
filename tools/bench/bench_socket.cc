#include "tools/bench/bench_socket.h"

#include <boost/beast/websocket.hpp>

namespace bitacora::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;

}  // namespace

BenchSocket::BenchSocket(asio::io_context& context) : stream_(context.get_executor()) {
  // The mask of a bench's frames protects nobody.
  stream_.secure_prng(false);
}

void BenchSocket::open(const SocketTarget& target, std::function<void()> opened) {
  const tcp::endpoint server(asio::ip::address_v4::loopback(), target.port);
  stream_.next_layer().async_connect(
      server, [self = shared_from_this(), target,
               opened = std::move(opened)](beast::error_code failure) mutable {
        if (failure) return self->fail(failure.message());
        self->shake_hands(target, std::move(opened));
      });
}

void BenchSocket::shake_hands(const SocketTarget& target, std::function<void()> opened) {
  stream_.next_layer().set_option(tcp::no_delay(true));
  stream_.set_option(
      websocket::stream_base::decorator([bearer = target.bearer](websocket::request_type& request) {
        if (!bearer.empty()) request.set(beast::http::field::authorization, "Bearer " + bearer);
      }));
  stream_.async_handshake(
      "127.0.0.1:" + std::to_string(target.port), target.path,
      [self = shared_from_this(), opened = std::move(opened)](beast::error_code failure) {
        if (failure) return self->fail(failure.message());
        opened();
        self->read();
      });
}

void BenchSocket::read() {
  stream_.async_read(buffer_, [self = shared_from_this()](beast::error_code failure, std::size_t) {
    if (failure) return self->fail(failure.message());
    const auto data = self->buffer_.cdata();
    if (self->on_frame) self->on_frame({static_cast<const char*>(data.data()), data.size()});
    self->buffer_.consume(self->buffer_.size());
    self->read();
  });
}

void BenchSocket::write(std::string_view frame, std::function<void()> written) {
  stream_.async_write(asio::buffer(frame.data(), frame.size()),
                      [self = shared_from_this(), written = std::move(written)](
                          beast::error_code failure, std::size_t) {
                        if (failure) return self->fail(failure.message());
                        written();
                      });
}

void BenchSocket::drop() {
  on_frame = nullptr;
  on_failed = nullptr;
  beast::error_code ignored;
  stream_.next_layer().close(ignored);
}

void BenchSocket::fail(const std::string& what) {
  if (on_failed) on_failed(what);
}

}  // namespace bitacora::bench
