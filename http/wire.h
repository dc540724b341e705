// The bytes of one connection, over TCP or TLS: what HTTP and WebSockets are spoken on, so that
// neither knows which of the two it is. Models Asio's AsyncReadStream and AsyncWriteStream.
//
// Used on its strand alone. Closing the socket ends the operations under way with an error.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace bitacora::http {

namespace asio = boost::asio;
using boost::system::error_code;

// co_await gives the error as a value: auto [failed, bytes] = co_await ….
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

using Strand = asio::strand<asio::io_context::executor_type>;
using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, Strand>;

// IPv4 that came over a socket of both protocols, ::ffff:a.b.c.d, as the IPv4 that it is.
std::string address_text(const asio::ip::address& address);

class Wire {
 public:
  using executor_type = Strand;

  // TLS when there is a context, which outlives the wire.
  Wire(TcpSocket socket, asio::ssl::context* tls);

  executor_type get_executor() { return socket().get_executor(); }
  [[nodiscard]] bool is_tls() const { return std::holds_alternative<TlsPtr>(stream_); }
  // Without the port; empty when the connection is gone already.
  [[nodiscard]] std::string remote_address();

  // Nothing to do on plain TCP.
  asio::awaitable<error_code> handshake();

  // Tells the other side that nothing more comes, by TLS and TCP.
  asio::awaitable<void> shutdown();
  // Does so, then reads and throws away what the other side still sends, up to
  // limits::discarded_bytes_max, so that it can read the last answer before the connection is
  // reset. The caller bounds the time of both.
  asio::awaitable<void> wind_up();

  // Ends the operations under way, and leaves the connection as it is: an answer can be written.
  // Both do nothing once the wire was moved away.
  void cancel();
  void close();

  template <class Buffers, class Token>
  typename asio::async_result<std::decay_t<Token>, void(error_code, std::size_t)>::return_type
  async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& into) {
          if (is_tls()) {
            std::get<TlsPtr>(stream_)->async_read_some(into, std::move(handler));
          } else {
            std::get<TcpSocket>(stream_).async_read_some(into, std::move(handler));
          }
        },
        token, buffers);
  }

  template <class Buffers, class Token>
  typename asio::async_result<std::decay_t<Token>, void(error_code, std::size_t)>::return_type
  async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(error_code, std::size_t)>(
        [this](auto handler, const Buffers& from) {
          if (is_tls()) {
            std::get<TlsPtr>(stream_)->async_write_some(from, std::move(handler));
          } else {
            std::get<TcpSocket>(stream_).async_write_some(from, std::move(handler));
          }
        },
        token, buffers);
  }

 private:
  using TlsPtr = std::unique_ptr<asio::ssl::stream<TcpSocket>>;

  TcpSocket& socket();
  [[nodiscard]] bool is_moved_from() const {
    return is_tls() && std::get<TlsPtr>(stream_) == nullptr;
  }

  std::variant<TcpSocket, TlsPtr> stream_;
};

}  // namespace bitacora::http
