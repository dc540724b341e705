// The bench's WebSocket client: many connections on few threads, callbacks, nothing more than a
// frame and an answer cost. Server and ceiling are driven by this same client.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace bitacora::bench {

struct SocketTarget {
  std::uint16_t port = 0;
  std::string path = "/";
  std::string bearer{};
};

// One connection, on one thread: that which runs its io_context. Lives as long as an operation is
// under way.
class BenchSocket : public std::enable_shared_from_this<BenchSocket> {
 public:
  explicit BenchSocket(boost::asio::io_context& context);

  // Both before open(). `failed` also when the server closes.
  std::function<void(std::string_view frame)> on_frame{};
  std::function<void(const std::string& what)> on_failed{};

  // Connects, shakes hands, and reads from then on.
  void open(const SocketTarget& target, std::function<void()> opened);
  // The frame has to live until `written`; one at a time.
  void write(std::string_view frame, std::function<void()> written);
  // Ends without a word; neither callback is called any more.
  void drop();

 private:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp,
                                                  boost::asio::io_context::executor_type>;
  void shake_hands(const SocketTarget& target, std::function<void()> opened);
  void read();
  void fail(const std::string& what);

  boost::beast::websocket::stream<Socket> stream_;
  boost::beast::flat_buffer buffer_{};
};

}  // namespace bitacora::bench
