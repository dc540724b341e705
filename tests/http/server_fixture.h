// A server on a port that the system picked, with a few routes to try it with.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>

#include "http/server.h"
#include "tests/http/raw_client.h"

namespace bitacora::http {

// Long enough that no slow machine meets them by accident, with short ticks; a test shortens the
// one that it is about.
ServerOptions options_for_tests();

// What a test can see of a WebSocket session: what it received, and whether it is closed.
// Its members are for wait(), or under its mutex.
struct SessionProbe {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> received;
  std::deque<Frame> to_send;
  std::shared_ptr<Socket> socket;
  std::size_t frames_asked_for = 0;
  bool closed = false;

  // Waits until `done` holds, for some seconds at most; whether it does.
  bool wait(const std::function<bool(SessionProbe&)>& done);
};

class ServerTest : public testing::Test {
 protected:
  // Routes: GET /hello; /host gives Host back; POST /echo gives the body back; GET /big gives 8
  // MiB, or ?bytes=; /nothing 204; /fail throws; /refuse 409; /inject puts ?name= into a header;
  // /slow waits until release_slow(); /private and /private-big are for operators ("Bearer ana").
  // Sockets: /ws echoes, /private-ws for operators too; /flood writes without end; /probe writes
  // what send() is told, and records, but for "throw", which it throws at. Both are seen by
  // probe().
  Server& start(ServerOptions options = options_for_tests());
  void TearDown() override;

  [[nodiscard]] RawClient connect() const { return RawClient(server_->port()); }
  RawResponse get(std::string_view target, std::string_view more_headers = "") const;
  void release_slow();
  // Waits until a request to /slow is being handled.
  void wait_for_slow();
  SessionProbe& probe() { return *probe_; }
  void send(std::string frame);

  std::unique_ptr<Server> server_;

 private:
  struct Slow;
  std::shared_ptr<SessionProbe> probe_ = std::make_shared<SessionProbe>();
  std::shared_ptr<Slow> slow_;
};

// The handshake of a WebSocket to the path, as raw bytes.
std::string upgrade_request(std::string_view path, std::string_view more_headers = "");
// One masked frame from a client: the opcode's byte (0x81: a whole text), then the payload.
std::string client_frame(std::uint8_t first_byte, std::string_view payload);

}  // namespace bitacora::http
