#include "http/server.h"

#include <spdlog/spdlog.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "http/defect.h"
#include "http/http_connection.h"
#include "http/problem.h"
#include "http/response_writing.h"
#include "http/server_core.h"
#include "http/tls.h"

namespace bitacora::http {

namespace {

using asio::ip::tcp;
using events::ErrorCode;

std::size_t thread_count(const ServerOptions& options) {
  return options.threads != 0 ? options.threads
                              : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

// Says so and closes; as much as a fresh socket takes without waiting. Over TLS there is nobody to
// say it to before a handshake, which is what a full server cannot afford.
void turn_away(TcpSocket socket, bool tls) {
  boost::system::error_code ignored;
  if (!tls) {
    events::Error full = events::error(ErrorCode::Overloaded, "The server has no connection left.");
    full.retry_after_s = 5;
    const Response refused = problem(full, "");
    const std::string text =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"
        "Retry-After: 5\r\nContent-Type: application/problem+json\r\n"
        "Content-Length: " +
        std::to_string(refused.body.size()) + "\r\n\r\n" + refused.body;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    socket.shutdown(TcpSocket::shutdown_send, ignored);
    // With a request that is not read the connection would be reset, and the answer with it.
    std::array<char, events::limits::request_header_bytes_max> unread;
    socket.read_some(asio::buffer(unread), ignored);
  }
  socket.close(ignored);
}

}  // namespace

struct Server::Impl {
  explicit Impl(ServerOptions options)
      : core(std::move(options)),
        context(static_cast<int>(thread_count(core.options))),
        acceptor(asio::make_strand(context)),
        ticker(acceptor.get_executor()) {}
  // Handlers and connections may hold timers and sockets of the context, so they are let go while
  // it lives; requests that still wait for an answer go with it.
  ~Impl() {
    core.router = {};
    core.socket_routes.clear();
    core.authenticator = nullptr;
    core.gate = {};
    core.connections.forget_all();
  }

  events::Result<void> listen();
  asio::awaitable<void> accept();
  asio::awaitable<void> tick();
  void accepted(TcpSocket socket);
  void work();

  // Before the context, whose destruction ends what still refers to it.
  ServerCore core;
  std::unique_ptr<asio::ssl::context> tls;
  asio::io_context context;
  asio::basic_socket_acceptor<tcp, Strand> acceptor;
  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>, Strand>
      ticker;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
  bool is_stopped = false;
};

events::Result<void> Server::Impl::listen() {
  const auto unavailable = [this](const boost::system::error_code& failed) {
    return events::error(ErrorCode::Unavailable, "cannot listen on " + core.options.address + ":" +
                                                     std::to_string(core.options.port) + ": " +
                                                     failed.message());
  };
  boost::system::error_code failed;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(core.options.address, std::to_string(core.options.port),
                                      tcp::resolver::passive, failed);
  if (failed || found.empty()) {
    return unavailable(failed);
  }
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) {
    acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  }
  if (!failed) {
    acceptor.bind(endpoint, failed);
  }
  if (!failed) {
    acceptor.listen(asio::socket_base::max_listen_connections, failed);
  }
  if (failed) {
    return unavailable(failed);
  }
  port = acceptor.local_endpoint().port();
  return {};
}

void Server::Impl::accepted(TcpSocket socket) {
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  if (core.connections.size() >= core.options.connections_max) {
    turn_away(std::move(socket), tls != nullptr);
    return;
  }
  HttpConnection::start(core, Wire(std::move(socket), tls.get()));
}

asio::awaitable<void> Server::Impl::accept() {
  bool told = false;
  while (!core.stopping) {
    auto [failed, socket] = co_await acceptor.async_accept(asio::make_strand(context), as_result);
    if (!failed) {
      told = false;
      accepted(std::move(socket));
      continue;
    }
    if (core.stopping) {
      break;
    }
    if (!told) {
      // Out of descriptors, most often: those who wait are accepted when others have gone.
      spdlog::warn("cannot accept a connection: {}", failed.message());
      told = true;
    }
    asio::steady_timer pause(context, core.options.times.tick);
    co_await pause.async_wait(as_result);
  }
}

asio::awaitable<void> Server::Impl::tick() {
  // Also while it stops: connections are still to be ended in time.
  for (;;) {
    ticker.expires_after(core.options.times.tick);
    co_await ticker.async_wait(as_result);
    core.connections.check_deadlines(Connection::Clock::now());
  }
}

// One of the threads. What is thrown past everybody who would answer for it ends what it came from,
// and nothing else.
void Server::Impl::work() {
  for (;;) {
    try {
      context.run();
      return;
    } catch (...) {
      defect(std::current_exception(), "a connection");
    }
  }
}

events::Result<std::unique_ptr<Server>> Server::open(ServerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  if (impl->core.options.tls) {
    auto tls = open_tls(*impl->core.options.tls);
    if (!tls) {
      return tls.error();
    }
    impl->tls = *std::move(tls);
  }
  if (auto listening = impl->listen(); !listening) {
    return listening.error();
  }
  impl->port = impl->acceptor.local_endpoint().port();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { stop(); }

Router& Server::router() { return impl_->core.router; }

void Server::add_socket_route(SocketRoute route) {
  impl_->core.socket_routes.push_back(std::move(route));
}

void Server::set_authenticator(Authenticator authenticator) {
  impl_->core.authenticator = std::move(authenticator);
}

void Server::set_gate(Gate gate) { impl_->core.gate = std::move(gate); }

std::uint16_t Server::port() const { return impl_->port; }

asio::any_io_executor Server::executor() const { return impl_->context.get_executor(); }

ServerFigures Server::figures() const {
  return {impl_->core.connections.size(), impl_->core.sockets.load(),
          impl_->core.requests_total.load()};
}

void Server::run() {
  // Nobody could connect any more, which nobody would see.
  const auto on_defect = [](const std::exception_ptr& thrown) noexcept {
    if (thrown) {
      std::rethrow_exception(thrown);
    }
  };
  asio::co_spawn(impl_->acceptor.get_executor(), impl_->accept(), on_defect);
  asio::co_spawn(impl_->acceptor.get_executor(), impl_->tick(), on_defect);
  for (std::size_t i = 0; i < thread_count(impl_->core.options); ++i) {
    impl_->threads.emplace_back([this] { impl_->work(); });
  }
}

void Server::stop() {
  if (std::exchange(impl_->is_stopped, true)) {
    return;
  }
  ServerCore& core = impl_->core;
  core.stopping = true;
  if (!impl_->threads.empty()) {
    asio::post(impl_->acceptor.get_executor(), [this] {
      boost::system::error_code ignored;
      impl_->acceptor.close(ignored);
    });
    core.connections.wind_up_all();
    if (!core.connections.wait_until_none(core.options.times.stop)) {
      core.connections.cut_all();
      core.connections.wait_until_none(core.options.times.stop);
    }
  }
  impl_->context.stop();
  for (std::thread& thread : impl_->threads) {
    thread.join();
  }
}

}  // namespace bitacora::http
