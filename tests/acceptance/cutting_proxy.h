// A TCP proxy that cuts each connection with a reset after so many bytes from the server, wherever
// in a frame that is.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <thread>

namespace bitacora::acceptance_test {

class CuttingProxy {
 public:
  // `bytes_until_cut` is asked for each new connection, on the proxy's thread.
  CuttingProxy(std::uint16_t server_port, std::function<std::size_t()> bytes_until_cut);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t cuts() const { return cuts_; }

 private:
  struct Pair;
  void accept();

  boost::asio::io_context context_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ip::tcp::endpoint server_;
  std::function<std::size_t()> bytes_until_cut_;
  std::uint16_t port_;
  std::atomic<std::size_t> cuts_ = 0;
  std::thread thread_{};
};

}  // namespace bitacora::acceptance_test
