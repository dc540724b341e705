#include "tests/http/server_fixture.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace bitacora::http {

namespace {

using events::ErrorCode;
using events::Result;
using Answer = asio::awaitable<Result<Response>>;
constexpr std::chrono::seconds patience{20};

Answer hello(Request& request) {
  Response response;
  response.content_type = "text/plain";
  response.body = "hello " + std::string(request.parameter("name").value_or("world"));
  co_return response;
}

Answer host(Request& request) {
  Response response;
  response.content_type = "text/plain";
  response.body = request.header("host").value_or("");
  co_return response;
}

Answer echo(Request& request) {
  Response response;
  response.body = request.body;
  co_return response;
}

Answer big(Request& request) {
  constexpr std::size_t bytes = 8ul * 1024 * 1024;
  Response response;
  response.content_type = "text/plain";
  const auto asked = request.parameter("bytes");
  response.body.assign(asked ? std::stoul(std::string(*asked)) : bytes, 'x');
  co_return response;
}

Answer nothing(Request&) {
  Response response;
  response.status = beast_http::status::no_content;
  co_return response;
}

Answer fail(Request&) {
  throw std::runtime_error("a defect");
  co_return Response{};
}

Answer inject(Request& request) {
  Response response;
  response.headers.emplace_back("X-Name", std::string(request.parameter("name").value_or("")));
  co_return response;
}

Answer refuse(Request&) {
  events::Error error = events::error(ErrorCode::AlreadyClaimed, "Bruno has it.");
  error.owner = events::OwnerName{events::OperatorId(), "Bruno"};
  co_return error;
}

// Writes each frame back.
class EchoSession final : public SocketSession {
 public:
  void opened(std::shared_ptr<Socket> socket) override { socket_ = std::move(socket); }
  void received(std::string_view frame) override {
    frames_.push_back(std::make_shared<const std::string>(frame));
    socket_->wake();
  }
  Frame next_frame() override {
    if (frames_.empty()) {
      return nullptr;
    }
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }
  void closed() override { socket_.reset(); }

 private:
  std::shared_ptr<Socket> socket_;
  std::deque<Frame> frames_;
};

class ProbeSession final : public SocketSession {
 public:
  ProbeSession(std::shared_ptr<SessionProbe> probe, Frame endless)
      : probe_(std::move(probe)), endless_(std::move(endless)) {}

  void opened(std::shared_ptr<Socket> socket) override {
    const std::lock_guard lock(probe_->mutex);
    probe_->socket = socket;
    probe_->changed.notify_all();
    if (endless_) {
      socket->wake();
    }
  }
  void received(std::string_view frame) override {
    const std::lock_guard lock(probe_->mutex);
    probe_->received.emplace_back(frame);
    probe_->changed.notify_all();
    if (frame == "close") {
      probe_->socket->close(1008, "asked to");
    }
    if (frame == "pause") {
      probe_->socket->pause_reading(true);
    }
    if (frame == "throw") {
      throw std::runtime_error("a defect");
    }
  }
  Frame next_frame() override {
    const std::lock_guard lock(probe_->mutex);
    ++probe_->frames_asked_for;
    probe_->changed.notify_all();
    if (endless_) {
      return endless_;
    }
    if (probe_->to_send.empty()) {
      return nullptr;
    }
    Frame frame = std::move(probe_->to_send.front());
    probe_->to_send.pop_front();
    if (*frame == "throw") {
      throw std::runtime_error("a defect");
    }
    return frame;
  }
  void closed() override {
    const std::lock_guard lock(probe_->mutex);
    probe_->closed = true;
    probe_->socket.reset();
    probe_->changed.notify_all();
  }

 private:
  std::shared_ptr<SessionProbe> probe_;
  Frame endless_;
};

// "Bearer ana" is an operator; a cookie from elsewhere is refused.
Result<void> authenticate(Request& request) {
  if (request.header("authorization") == "Bearer ana") {
    request.principal.viewer = events::Viewer{};
  }
  if (request.header("origin") == "https://elsewhere.example") {
    return events::error(ErrorCode::BadOrigin, "A foreign page.");
  }
  return {};
}

}  // namespace

struct ServerTest::Slow {
  std::promise<void> entered;
  std::unique_ptr<asio::steady_timer> released;
};

ServerOptions options_for_tests() {
  ServerOptions options;
  options.threads = 2;
  options.times.tick = std::chrono::milliseconds(10);
  return options;
}

bool SessionProbe::wait(const std::function<bool(SessionProbe&)>& done) {
  std::unique_lock lock(mutex);
  return changed.wait_for(lock, patience, [&] { return done(*this); });
}

Server& ServerTest::start(ServerOptions options) {
  auto opened = Server::open(std::move(options));
  if (!opened) {
    throw std::runtime_error(opened.error().detail);
  }
  server_ = *std::move(opened);
  slow_ = std::make_shared<Slow>();
  slow_->released = std::make_unique<asio::steady_timer>(server_->executor());
  slow_->released->expires_at(std::chrono::steady_clock::time_point::max());
  using beast_http::verb;
  Router& router = server_->router();
  router.add({verb::get, "/hello", Access::Anyone, hello});
  router.add({verb::get, "/host", Access::Anyone, host});
  router.add({verb::post, "/echo", Access::Anyone, echo});
  router.add({verb::get, "/big", Access::Anyone, big});
  router.add({verb::get, "/nothing", Access::Anyone, nothing});
  router.add({verb::get, "/fail", Access::Anyone, fail});
  router.add({verb::get, "/inject", Access::Anyone, inject});
  router.add({verb::get, "/refuse", Access::Anyone, refuse});
  router.add({verb::get, "/private", Access::OperatorSession, hello});
  router.add({verb::get, "/private-big", Access::OperatorSession, big});
  router.add({verb::get, "/slow", Access::Anyone, [slow = slow_](Request& request) {
                slow->entered.set_value();
                return [](std::shared_ptr<Slow> kept, Request& asked) -> Answer {
                  boost::system::error_code ignored;
                  co_await kept->released->async_wait(
                      asio::redirect_error(asio::use_awaitable, ignored));
                  co_return co_await hello(asked);
                }(slow, request);
              }});
  server_->set_authenticator(authenticate);
  server_->add_socket_route({"/ws", Access::Anyone, [](const Request&) {
                               return Result<std::shared_ptr<SocketSession>>(
                                   std::make_shared<EchoSession>());
                             }});
  server_->add_socket_route({"/private-ws", Access::OperatorSession, [](const Request&) {
                               return Result<std::shared_ptr<SocketSession>>(
                                   std::make_shared<EchoSession>());
                             }});
  server_->add_socket_route({"/probe", Access::Anyone, [probe = probe_](const Request&) {
                               return Result<std::shared_ptr<SocketSession>>(
                                   std::make_shared<ProbeSession>(probe, nullptr));
                             }});
  server_->add_socket_route({"/flood", Access::Anyone, [probe = probe_](const Request&) {
                               const auto frame =
                                   std::make_shared<const std::string>(std::string(8192, 'f'));
                               return Result<std::shared_ptr<SocketSession>>(
                                   std::make_shared<ProbeSession>(probe, frame));
                             }});
  server_->run();
  return *server_;
}

void ServerTest::TearDown() {
  if (server_) {
    server_->stop();
  }
  slow_.reset();
  server_.reset();
}

RawResponse ServerTest::get(std::string_view target, std::string_view more_headers) const {
  RawClient client = connect();
  client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" +
              std::string(more_headers) + "\r\n");
  return client.read_response().value_or(RawResponse{});
}

void ServerTest::wait_for_slow() {
  ASSERT_EQ(slow_->entered.get_future().wait_for(patience), std::future_status::ready);
}

void ServerTest::release_slow() {
  asio::post(server_->executor(), [slow = slow_] { slow->released->cancel(); });
}

void ServerTest::send(std::string frame) {
  ASSERT_TRUE(probe_->wait([](SessionProbe& seen) { return seen.socket != nullptr; }));
  std::shared_ptr<Socket> socket;
  {
    const std::lock_guard lock(probe_->mutex);
    probe_->to_send.push_back(std::make_shared<const std::string>(std::move(frame)));
    socket = probe_->socket;
  }
  ASSERT_NE(socket, nullptr);
  socket->wake();
}

std::string upgrade_request(std::string_view path, std::string_view more_headers) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(more_headers) + "\r\n";
}

std::string client_frame(std::uint8_t first_byte, std::string_view payload) {
  std::string frame(1, static_cast<char>(first_byte));
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80U | payload.size());
  } else if (payload.size() <= 0xFFFF) {
    frame += static_cast<char>(0x80U | 126U);
    frame += static_cast<char>(payload.size() >> 8U);
    frame += static_cast<char>(payload.size() & 0xFFU);
  } else {
    frame += static_cast<char>(0x80U | 127U);
    for (int shift = 56; shift >= 0; shift -= 8) {
      frame += static_cast<char>((payload.size() >> shift) & 0xFFU);
    }
  }
  constexpr std::string_view mask = "\x11\x22\x33\x44";
  frame += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return frame;
}

}  // namespace bitacora::http
