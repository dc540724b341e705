#include "http/wire.h"

#include <array>

#include "events/limits.h"

namespace bitacora::http {

std::string address_text(const asio::ip::address& address) {
  return address.is_v6() && address.to_v6().is_v4_mapped()
             ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string()
             : address.to_string();
}

Wire::Wire(TcpSocket socket, asio::ssl::context* tls) : stream_(std::move(socket)) {
  if (tls != nullptr) {
    TcpSocket inner = std::move(std::get<TcpSocket>(stream_));
    stream_ = std::make_unique<asio::ssl::stream<TcpSocket>>(std::move(inner), *tls);
  }
}

TcpSocket& Wire::socket() {
  return is_tls() ? std::get<TlsPtr>(stream_)->next_layer() : std::get<TcpSocket>(stream_);
}

std::string Wire::remote_address() {
  error_code failed;
  const auto endpoint = socket().remote_endpoint(failed);
  if (failed) {
    return {};
  }
  return address_text(endpoint.address());
}

asio::awaitable<error_code> Wire::handshake() {
  if (!is_tls()) {
    co_return error_code{};
  }
  auto& tls = *std::get<TlsPtr>(stream_);
  auto [failed] = co_await tls.async_handshake(asio::ssl::stream_base::server, as_result);
  co_return failed;
}

asio::awaitable<void> Wire::shutdown() {
  if (is_tls()) {
    auto& tls = *std::get<TlsPtr>(stream_);
    // Fails when the other side is still sending.
    co_await tls.async_shutdown(as_result);
  }
  error_code ignored;
  socket().shutdown(TcpSocket::shutdown_send, ignored);
}

asio::awaitable<void> Wire::wind_up() {
  co_await shutdown();
  std::array<char, 1024> discarded;
  for (std::size_t total = 0; total < events::limits::discarded_bytes_max;) {
    auto [ended, bytes] = co_await socket().async_read_some(asio::buffer(discarded), as_result);
    if (ended) {
      co_return;
    }
    total += bytes;
  }
}

void Wire::cancel() {
  error_code ignored;
  if (!is_moved_from()) {
    socket().cancel(ignored);
  }
}

void Wire::close() {
  error_code ignored;
  if (!is_moved_from()) {
    socket().close(ignored);
  }
}

}  // namespace bitacora::http
