#include "tools/bench/echo_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

namespace bitacora::bench {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using PlainSocket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;

// Read, write the same, read again. Lives as long as an operation of its own is under way.
class EchoConnection : public std::enable_shared_from_this<EchoConnection> {
 public:
  explicit EchoConnection(PlainSocket socket) : stream_(std::move(socket)) {}

  void start() {
    stream_.next_layer().set_option(tcp::no_delay(true));
    stream_.async_accept([self = shared_from_this()](beast::error_code failure) {
      if (!failure) self->read();
    });
  }

 private:
  void read() {
    stream_.async_read(buffer_,
                       [self = shared_from_this()](beast::error_code failure, std::size_t) {
                         if (!failure) self->write();
                       });
  }

  void write() {
    stream_.text(stream_.got_text());
    stream_.async_write(buffer_.data(),
                        [self = shared_from_this()](beast::error_code failure, std::size_t) {
                          if (failure) return;
                          self->buffer_.consume(self->buffer_.size());
                          self->read();
                        });
  }

  websocket::stream<PlainSocket> stream_;
  beast::flat_buffer buffer_{};
};

class EchoServer {
 public:
  explicit EchoServer(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) {
      contexts_.push_back(std::make_unique<asio::io_context>(1));
    }
    acceptor_ = std::make_unique<tcp::acceptor>(*contexts_[0],
                                                tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    acceptor_->listen(asio::socket_base::max_listen_connections);
  }

  void run() {
    std::printf("listening on http://127.0.0.1:%u\n",
                static_cast<unsigned>(acceptor_->local_endpoint().port()));
    std::fflush(stdout);
    asio::signal_set signals(*contexts_[0], SIGTERM, SIGINT);
    signals.async_wait([this](beast::error_code, int) {
      for (auto& context : contexts_) context->stop();
    });
    accept(0);
    std::vector<std::thread> threads;
    for (auto& context : contexts_) {
      threads.emplace_back([&context] {
        const auto stay = asio::make_work_guard(*context);
        context->run();
      });
    }
    for (auto& thread : threads) thread.join();
  }

 private:
  // Connections go round the threads.
  void accept(std::size_t next) {
    acceptor_->async_accept(*contexts_[next],
                            [this, next](beast::error_code failure, PlainSocket socket) {
                              if (!failure) adopt(*contexts_[next], std::move(socket));
                              accept((next + 1) % contexts_.size());
                            });
  }

  static void adopt(asio::io_context& context, PlainSocket socket) {
    asio::post(context, [connection = std::make_shared<EchoConnection>(std::move(socket))] {
      connection->start();
    });
  }

  std::vector<std::unique_ptr<asio::io_context>> contexts_{};
  std::unique_ptr<tcp::acceptor> acceptor_{};
};

}  // namespace

int run_echo_server(std::size_t threads) {
  EchoServer(threads).run();
  return 0;
}

}  // namespace bitacora::bench
