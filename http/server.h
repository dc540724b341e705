// The listener and its connections: HTTP/1.1 and WebSocket over TCP or TLS.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/message.h"
#include "http/socket.h"

namespace bitacora::http {

struct TlsFiles {
  std::filesystem::path certificate_chain_pem;
  std::filesystem::path private_key_pem;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;   // 0: the system picks
  std::size_t threads = 0;  // 0: one a core
  std::optional<TlsFiles> tls{};
  // Origins, besides the server's own, from which a cookie counts (a reverse proxy's address).
  std::vector<std::string> public_origins{};
};

// Fills request.principal from its cookie, bearer token or ?token= (WebSockets of visitors, whose
// browsers cannot set headers); leaves it empty for a missing or unknown one. BadOrigin when a
// cookie came with a foreign Origin on a change or an upgrade. Called on the connection's strand,
// must not block.
using Authenticator = std::function<events::Result<void>(Request&)>;

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

  [[nodiscard]] std::uint16_t port() const;
  // The io_context's executor, for timers and strands.
  [[nodiscard]] asio::any_io_executor executor() const;
  [[nodiscard]] ServerFigures figures() const;

  // Serves on its threads; returns at once.
  void run();
  // Stops accepting, lets requests under way finish (5 s at most), closes WebSockets with 1001,
  // joins the threads. Blocks.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bitacora::http
