// The listener and its connections: HTTP/1.1 and WebSocket over TCP or TLS.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/limits.h"
#include "http/message.h"
#include "http/socket.h"
#include "http/trusted_proxies.h"

namespace bitacora::http {

struct TlsFiles {
  std::filesystem::path certificate_chain_pem;
  std::filesystem::path private_key_pem;
};

// How long things may take; tests choose shorter ones.
struct ServerTimes {
  std::chrono::milliseconds request = events::limits::request_timeout;
  std::chrono::milliseconds keep_alive = events::limits::keep_alive_timeout;
  std::chrono::milliseconds body_piece = events::limits::body_piece_timeout;
  // To a client, and a second more for each so many bytes.
  std::chrono::milliseconds write = events::limits::write_timeout;
  std::size_t write_bytes_per_second = events::limits::sent_bytes_per_second_min;
  std::chrono::milliseconds tls_handshake = events::limits::tls_handshake_timeout;
  std::chrono::milliseconds heartbeat = events::limits::heartbeat;
  std::chrono::milliseconds close = events::limits::close_timeout;
  std::chrono::milliseconds stop = events::limits::stop_timeout;
  // How often they are looked at, so how exact they are.
  std::chrono::milliseconds tick{250};

  [[nodiscard]] std::chrono::milliseconds to_write(std::size_t bytes) const {
    return write + std::chrono::seconds(bytes / write_bytes_per_second);
  }
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;   // 0: the system picks
  std::size_t threads = 0;  // 0: one a core
  std::optional<TlsFiles> tls{};
  // Origins, besides the server's own, from which a cookie counts (a reverse proxy's address).
  std::vector<std::string> public_origins{};
  // Whose X-Forwarded-For and X-Forwarded-Proto count; from everybody else they are ignored.
  TrustedProxies trusted_proxies{};
  // Beyond it a connection is answered 503 and closed.
  std::size_t connections_max = events::limits::connections_max;
  // Of all large answers and frames that are being sent; past it they are Overloaded.
  std::size_t sent_at_once_bytes_max = events::limits::sent_at_once_bytes_max;
  ServerTimes times{};
};

// Fills request.principal from its cookie, bearer token or ?token= (WebSockets of visitors, whose
// browsers cannot set headers); leaves it empty for a missing or unknown one. BadOrigin when a
// cookie came with a foreign Origin on a change or an upgrade. Called on the connection's strand,
// must not block.
using Authenticator = std::function<events::Result<void>(Request&)>;

// What stands before and behind all routes: rules for pages of other sites. Called on the
// connection's strand, must not block.
struct Gate {
  // Answers in the place of the routes, when it gives an answer.
  std::function<std::optional<Response>(const Request&)> before;
  // Adds to every answer to a request that could be read.
  std::function<void(const Request&, Response&)> after;
};

struct ServerFigures {
  std::size_t connections = 0;
  std::size_t sockets = 0;
  std::uint64_t requests_total = 0;
};

class Server {
 public:
  // Binds and listens; accepts from run() on. Unavailable when the address is taken; Invalid for a
  // certificate that cannot be read.
  static events::Result<std::unique_ptr<Server>> open(ServerOptions options);
  ~Server();

  // Before run(): what is served.
  Router& router();
  void add_socket_route(SocketRoute route);
  void set_authenticator(Authenticator authenticator);
  void set_gate(Gate gate);

  [[nodiscard]] std::uint16_t port() const;
  // The io_context's executor, for timers and strands.
  [[nodiscard]] asio::any_io_executor executor() const;
  [[nodiscard]] ServerFigures figures() const;

  // Serves on its threads; returns at once.
  void run();
  // Stops accepting, lets requests under way finish (times.stop at most), closes WebSockets with
  // 1001, joins the threads. Blocks; a second call does nothing. What is posted to the executor
  // afterwards never runs, but may be posted until the server is destroyed: destroy it after those
  // that still answer it (the actors).
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bitacora::http
