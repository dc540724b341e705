// What a server's connections share.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "http/connection.h"
#include "http/quota.h"
#include "http/server.h"

namespace bitacora::http {

// Fixed once the server runs, apart from the figures and the connections. Outlives them.
struct ServerCore {
  explicit ServerCore(ServerOptions given)
      : options(std::move(given)), outgoing(options.sent_at_once_bytes_max) {}

  ServerOptions options;
  Router router;
  std::vector<SocketRoute> socket_routes;
  Authenticator authenticator;
  Gate gate;

  // Bytes of large answers and frames that are being sent.
  Quota outgoing;
  Connections connections;
  std::atomic<bool> stopping{false};
  std::atomic<std::size_t> sockets{0};
  std::atomic<std::uint64_t> requests_total{0};
};

}  // namespace bitacora::http
