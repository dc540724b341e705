// A WebSocket connection as the protocol sees it, free of its transport (TCP or TLS).
//
// The socket holds no queue: it asks its session for the next frame when the last one has been
// written. So a slow client costs its session's cursor and nothing else.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace bitacora::http {

// All functions may be called from any thread; they post to the connection's strand.
class Socket {
 public:
  virtual ~Socket() = default;
  // The connection's strand, on which the session's functions run.
  [[nodiscard]] virtual boost::asio::any_io_executor executor() const = 0;
  // There is something to write: the socket will ask next_frame() as soon as it is not writing.
  // Cheap when it has been told already.
  virtual void wake() = 0;
  // Writes nothing more after the frames under way, and closes with the code. The reason is cut at
  // 123 bytes.
  virtual void close(std::uint16_t code, std::string reason) = 0;
  // Stops and starts reading, for back pressure. While it is stopped, the client is not held to
  // its heartbeat. Called by received(), it holds from the next frame on.
  virtual void pause_reading(bool paused) = 0;
};

// Close codes: RFC 6455, section 7.4.1, and ours.
inline constexpr std::uint16_t policy_violation = 1008;
inline constexpr std::uint16_t try_again_later = 1013;
inline constexpr std::uint16_t signed_out = 4401;

using Frame = std::shared_ptr<const std::string>;

// What a connection speaks. All functions are called on the socket's strand.
class SocketSession {
 public:
  virtual ~SocketSession() = default;
  virtual void opened(std::shared_ptr<Socket> socket) = 0;
  // One text frame of at most limits::frame_bytes_max. The view lives until it returns.
  virtual void received(std::string_view frame) = 0;
  // The next frame to write, or null when there is nothing: then wake() has to be called.
  virtual Frame next_frame() = 0;
  // The connection is gone; nothing is called after it. Called once for each opened().
  virtual void closed() = 0;
};

// Makes the session of a request that asked to upgrade; the principal is established. An Error is
// answered as a problem document instead of 101.
using SocketRouteHandler =
    std::function<events::Result<std::shared_ptr<SocketSession>>(const Request&)>;

struct SocketRoute {
  std::string path;  // "/api/v1/ws"
  Access access = Access::Anyone;
  SocketRouteHandler handler;
};

}  // namespace bitacora::http
