// How a WebSocket is opened: by itself, since what Beast makes of it takes long to compile.
#include <boost/asio/co_spawn.hpp>

#include "http/socket_connection.h"

namespace bitacora::http {

namespace websocket = boost::beast::websocket;

void SocketConnection::start(ServerCore& core, Wire wire, std::shared_ptr<SocketSession> session,
                             HttpRequest upgrade, std::string request_id, Quota::Who who) {
  auto connection =
      std::make_shared<SocketConnection>(core, std::move(wire), std::move(session), who);
  core.connections.add(connection);
  asio::co_spawn(connection->strand(),
                 connection->accept(connection, std::move(upgrade), std::move(request_id)),
                 [connection](const std::exception_ptr& thrown) { connection->broke(thrown); });
}

asio::awaitable<void> SocketConnection::accept(std::shared_ptr<SocketConnection> kept,
                                               HttpRequest upgrade, std::string request_id) {
  writing_ = true;
  end_until_ = Clock::now() + core_.options.times.write;
  watch();
  stream_.set_option(
      websocket::stream_base::decorator([&request_id](websocket::response_type& answer) {
        answer.erase(beast_http::field::server);
        answer.set("X-Request-Id", request_id);
      }));
  auto [failed] = co_await stream_.async_accept(upgrade, as_result);
  stream_.set_option(websocket::stream_base::decorator([](websocket::response_type&) {}));
  end_until_ = never;
  writing_ = false;
  if (failed || lost_) {
    cut();
    co_return;
  }
  opened_ = true;
  heard();
  watch();
  session_->opened(kept);
  read_more();
  if (core_.stopping) {
    wind_up();
  }
}

}  // namespace bitacora::http
