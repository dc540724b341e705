#include "tests/acceptance/cutting_proxy.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <memory>

namespace bitacora::acceptance_test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// One connection's two halves. Lives as long as one of its operations is under way.
struct CuttingProxy::Pair : std::enable_shared_from_this<CuttingProxy::Pair> {
  Pair(CuttingProxy& of, tcp::socket accepted, std::size_t until_cut)
      : proxy(of), client(std::move(accepted)), bytes_left(until_cut) {}

  CuttingProxy& proxy;
  tcp::socket client;
  tcp::socket server{proxy.context_};
  std::size_t bytes_left;
  std::array<char, 4096> up{};
  std::array<char, 4096> down{};

  void start() {
    server.async_connect(proxy.server_, [self = shared_from_this()](error_code failure) {
      if (failure) return self->cut();
      self->read_up();
      self->read_down();
    });
  }

  void read_up() {
    client.async_read_some(asio::buffer(up),
                           [self = shared_from_this()](error_code failure, std::size_t count) {
                             if (failure) return self->cut();
                             asio::async_write(self->server, asio::buffer(self->up, count),
                                               [self](error_code failed, std::size_t) {
                                                 if (failed) return self->cut();
                                                 self->read_up();
                                               });
                           });
  }

  void read_down() {
    server.async_read_some(asio::buffer(down),
                           [self = shared_from_this()](error_code failure, std::size_t count) {
                             if (failure) return self->cut();
                             const std::size_t passed = std::min(count, self->bytes_left);
                             self->bytes_left -= passed;
                             asio::async_write(self->client, asio::buffer(self->down, passed),
                                               [self](error_code failed, std::size_t) {
                                                 if (failed || self->bytes_left == 0)
                                                   return self->cut();
                                                 self->read_down();
                                               });
                           });
  }

  void cut() {
    if (!client.is_open()) return;
    if (bytes_left == 0) ++proxy.cuts_;
    error_code ignored;
    for (auto* socket : {&client, &server}) {
      socket->set_option(asio::socket_base::linger(true, 0), ignored);
      socket->close(ignored);
    }
  }
};

CuttingProxy::CuttingProxy(std::uint16_t server_port, std::function<std::size_t()> bytes_until_cut)
    : acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      server_(asio::ip::address_v4::loopback(), server_port),
      bytes_until_cut_(std::move(bytes_until_cut)),
      port_(acceptor_.local_endpoint().port()) {
  accept();
  thread_ = std::thread([this] { context_.run(); });
}

CuttingProxy::~CuttingProxy() {
  context_.stop();
  thread_.join();
}

void CuttingProxy::accept() {
  acceptor_.async_accept([this](error_code failure, tcp::socket socket) {
    if (!failure) {
      std::make_shared<Pair>(*this, std::move(socket), bytes_until_cut_())->start();
    }
    accept();
  });
}

}  // namespace bitacora::acceptance_test
