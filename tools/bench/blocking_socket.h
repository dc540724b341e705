// A WebSocket client that blocks, for one message at a time and for tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/error.h"

namespace bitacora::bench {

struct SocketCall {
  std::uint16_t port = 0;
  std::string target = "/api/v1/ws";
  std::string bearer{};  // empty: no Authorization
  std::chrono::milliseconds timeout = std::chrono::seconds(30);
};

// One thread at a time. Unmoved by pings, which it answers while it receives.
class BlockingSocket {
 public:
  // Unavailable when there is no server; NotFound, Unauthenticated or BadRequest for the answers
  // 404, 401 and every other one but 101.
  static events::Result<std::unique_ptr<BlockingSocket>> open(const SocketCall& call);
  // As drop() does.
  ~BlockingSocket();
  BlockingSocket(const BlockingSocket&) = delete;
  BlockingSocket& operator=(const BlockingSocket&) = delete;

  // Unavailable when the connection is gone.
  events::Result<void> send(std::string_view frame);
  // The next frame; nullopt when none came in that time, or the connection is gone.
  std::optional<std::string> receive(std::chrono::milliseconds timeout = std::chrono::seconds(30));
  // Whether the connection is gone.
  [[nodiscard]] bool closed() const;
  // As the server closed it; nullopt while it is open or when it broke without a close frame.
  [[nodiscard]] std::optional<std::uint16_t> close_code() const;

  // Says goodbye with 1000, and waits for the answer.
  void close();
  // Cuts the TCP connection with a reset, as a network does that is gone.
  void drop();

 private:
  struct State;
  explicit BlockingSocket(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace bitacora::bench
