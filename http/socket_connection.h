// One WebSocket connection: Beast's protocol over a wire of ours, and between them and the session
// the rules of socket.h.
//
// Memory while idle is what counts here, with ten thousand clients: reading is a plain completion
// handler, writing a coroutine that lives only while there is something to write, and buffers are
// given back when they are empty.
#pragma once

#include <array>
#include <boost/beast/websocket/stream.hpp>
#include <exception>
#include <optional>

#include "http/gathering_stream.h"
#include "http/request_reading.h"
#include "http/server_core.h"
#include "http/socket.h"

namespace bitacora::http {

class SocketConnection final : public Connection, public Socket, private GatheringStream::Owner {
 public:
  // Answers the upgrade with 101, adds itself to the core's connections and speaks for the session.
  static void start(ServerCore& core, Wire wire, std::shared_ptr<SocketSession> session,
                    HttpRequest upgrade, std::string request_id, Quota::Who who);
  SocketConnection(ServerCore& core, Wire wire, std::shared_ptr<SocketSession> session,
                   Quota::Who who);
  ~SocketConnection() override;

  [[nodiscard]] boost::asio::any_io_executor executor() const override;
  void wake() override;
  void close(std::uint16_t code, std::string reason) override;
  void pause_reading(bool paused) override;

 private:
  using Stream = boost::beast::websocket::stream<GatheringStream, false>;
  static constexpr auto never = Clock::time_point::max();
  // Holds most commands whole; a longer frame is put together in message_.
  static constexpr std::size_t scratch_bytes = 512;

  void deadline_passed() override;
  void wind_up() override;
  void cut() override;

  void waits_for_bytes() override;
  void write_begins(std::size_t bytes) override;
  void write_ended(error_code failed) override;
  void ending() override;
  [[nodiscard]] bool other_side_has_closed() const override;
  std::shared_ptr<void> keep() override;

  [[nodiscard]] std::shared_ptr<SocketConnection> self();
  // A defect of whoever wrote: the connection is cut.
  void broke(const std::exception_ptr& thrown);
  asio::awaitable<void> accept(std::shared_ptr<SocketConnection> kept, HttpRequest upgrade,
                               std::string request_id);
  void read_more();
  void was_read(error_code failed, std::size_t bytes);
  // So many have come, into scratch_ or behind what there is of message_.
  void take_bytes(std::size_t bytes);
  void take_frame(std::string_view frame);

  void want_to_write();
  void start_writing();
  asio::awaitable<void> write_frames(std::shared_ptr<SocketConnection> kept);
  asio::awaitable<bool> write_frame(Frame frame);
  asio::awaitable<void> say_goodbye();
  void begin_close(std::uint16_t code, std::string_view reason);
  void set_paused(bool paused);

  void ping();
  // By when something is to be heard.
  [[nodiscard]] Clock::time_point silent_until() const;
  void heard();
  void watch();
  [[nodiscard]] bool is_held_to_heartbeat() const;
  void end_by(Clock::time_point at);
  void end_session();
  void finish_when_done();

  ServerCore& core_;
  Stream stream_;
  const Quota::Who who_;
  std::shared_ptr<SocketSession> session_;  // until it has been told that it is closed
  std::optional<boost::beast::websocket::close_reason> farewell_;
  // The beginning of a frame that scratch_ cannot hold, or came in pieces, and its length.
  std::string message_;
  std::size_t message_bytes_ = 0;
  Clock::time_point heard_at_ = Clock::now();
  Clock::time_point pinged_at_{};
  // Something had to wait until the other side had taken what was before it.
  Clock::time_point took_at_{};
  Clock::time_point write_began_{};
  Clock::time_point write_until_ = never;
  Clock::time_point end_until_ = never;
  std::atomic<bool> woken_{false};
  bool opened_ = false;
  bool reading_ = false;      // a read is under way
  bool using_bytes_ = false;  // what was read is being used, more may be there without waiting
  bool taking_ = false;       // the session is looking at a frame
  bool paused_ = false;
  bool writing_ = false;  // write_frames() runs, or the upgrade is being answered
  bool wants_to_write_ = false;
  bool closed_by_client_ = false;
  bool finished_ = false;
  bool pinging_ = false;
  bool pinged_ = false;
  bool lost_ = false;  // the wire is closed
  std::array<char, scratch_bytes> scratch_;
};

}  // namespace bitacora::http
