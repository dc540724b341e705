#include "http/socket_connection.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "http/defect.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
namespace websocket = boost::beast::websocket;

}  // namespace

SocketConnection::SocketConnection(ServerCore& core, Wire wire,
                                   std::shared_ptr<SocketSession> session, Quota::Who who)
    : Connection(wire.get_executor()),
      core_(core),
      stream_(std::move(wire), static_cast<GatheringStream::Owner&>(*this)),
      who_(who),
      session_(std::move(session)) {
  // Beast would close without a reason: we bound frames ourselves.
  stream_.read_message_max(0);
  stream_.auto_fragment(false);
  stream_.text(true);
  stream_.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
    closed_by_client_ |= kind == websocket::frame_type::close;
    heard();
  });
  core_.sockets.fetch_add(1, std::memory_order_relaxed);
}

SocketConnection::~SocketConnection() { core_.sockets.fetch_sub(1, std::memory_order_relaxed); }

std::shared_ptr<SocketConnection> SocketConnection::self() {
  return std::static_pointer_cast<SocketConnection>(shared_from_this());
}

std::shared_ptr<void> SocketConnection::keep() { return shared_from_this(); }

boost::asio::any_io_executor SocketConnection::executor() const { return strand(); }

// --- Reading ----------------------------------------------------------------------------------

void SocketConnection::read_more() {
  if (reading_ || taking_ || paused_ || lost_) {
    return;
  }
  reading_ = true;
  auto done = [kept = self()](error_code failed, std::size_t bytes) {
    kept->was_read(failed, bytes);
  };
  if (message_bytes_ == 0) {
    stream_.async_read_some(asio::buffer(scratch_), std::move(done));
    return;
  }
  // One byte past the bound is enough to know.
  const std::size_t room = limits::frame_bytes_max + 1 - message_bytes_;
  message_.resize(message_bytes_ + std::min(stream_.read_size_hint(scratch_bytes), room));
  stream_.async_read_some(
      asio::buffer(message_.data() + message_bytes_, message_.size() - message_bytes_),
      std::move(done));
}

void SocketConnection::was_read(error_code failed, std::size_t bytes) {
  reading_ = false;
  if (failed) {
    // Beast has done what the protocol asks for: answered the close frame, or told its reason.
    cut();
    return;
  }
  using_bytes_ = true;
  heard();
  take_bytes(bytes);
  read_more();
  if (!reading_) {
    waits_for_bytes();
  }
}

void SocketConnection::take_bytes(std::size_t bytes) {
  const bool is_whole = stream_.is_message_done();
  if (message_bytes_ == 0 && is_whole) {
    take_frame({scratch_.data(), bytes});
    return;
  }
  if (message_bytes_ == 0) {
    message_.assign(scratch_.data(), bytes);
  }
  message_bytes_ += bytes;
  if (message_bytes_ > limits::frame_bytes_max) {
    begin_close(websocket::close_code::too_big,
                "a frame has at most " + std::to_string(limits::frame_bytes_max) + " bytes");
  }
  if (is_whole) {
    take_frame({message_.data(), message_bytes_});
  }
  // What still comes of a frame after the close is read and thrown away, piece by piece.
  if (is_whole || farewell_) {
    message_ = {};
    message_bytes_ = 0;
  }
}

void SocketConnection::take_frame(std::string_view frame) {
  if (farewell_ || !session_) {
    // It was under way when we closed.
    return;
  }
  if (!stream_.got_text()) {
    begin_close(websocket::close_code::unknown_data, "Frames are text.");
    return;
  }
  taking_ = true;
  try {
    session_->received(frame);
  } catch (...) {
    defect(std::current_exception(), "a WebSocket");
    begin_close(websocket::close_code::internal_error, "The server's log has the details.");
  }
  taking_ = false;
}

void SocketConnection::waits_for_bytes() {
  using_bytes_ = false;
  start_writing();
}

void SocketConnection::pause_reading(bool paused) {
  if (strand().running_in_this_thread()) {
    set_paused(paused);
  } else {
    asio::post(strand(), [kept = self(), paused] { kept->set_paused(paused); });
  }
}

void SocketConnection::set_paused(bool paused) {
  paused_ = paused;
  if (!paused && opened_) {
    heard();
    watch();
    read_more();
  }
}

// --- Writing ----------------------------------------------------------------------------------

void SocketConnection::wake() {
  if (strand().running_in_this_thread()) {
    want_to_write();
  } else if (!woken_.exchange(true)) {
    asio::post(strand(), [kept = self()] {
      kept->woken_ = false;
      kept->want_to_write();
    });
  }
}

void SocketConnection::want_to_write() {
  wants_to_write_ = true;
  start_writing();
}

void SocketConnection::start_writing() {
  // While more may be read without waiting it is read first, so that the answers go out together.
  if (!wants_to_write_ || writing_ || using_bytes_ || lost_) {
    return;
  }
  writing_ = true;
  // Posted, because Beast may be in the middle of a read that has just begun to wait.
  asio::post(strand(), [kept = self()] {
    asio::co_spawn(kept->strand(), kept->write_frames(kept),
                   [kept](const std::exception_ptr& thrown) { kept->broke(thrown); });
  });
}

void SocketConnection::broke(const std::exception_ptr& thrown) {
  if (!thrown) {
    return;
  }
  defect(thrown, "a WebSocket");
  writing_ = false;
  cut();
}

asio::awaitable<void> SocketConnection::write_frames(std::shared_ptr<SocketConnection>) {
  GatheringStream& layer = stream_.next_layer();
  bool goes_on = !lost_;
  while (goes_on && !farewell_ && session_) {
    wants_to_write_ = false;
    Frame frame = session_->next_frame();
    if (frame) {
      goes_on = co_await write_frame(std::move(frame));
    } else if (layer.gathered_bytes() > 0) {
      // What comes meanwhile is asked for in the next round.
      layer.set_mode(GatheringStream::Mode::Flush);
      const error_code failed = co_await layer.flush();
      goes_on = !failed;
    } else {
      break;
    }
  }
  layer.set_mode(GatheringStream::Mode::Flush);
  if (!goes_on) {
    cut();
  } else if (farewell_ && !lost_) {
    co_await say_goodbye();
  }
  layer.release_buffers();
  writing_ = false;
  start_writing();
  finish_when_done();
}

asio::awaitable<bool> SocketConnection::write_frame(Frame frame) {
  GatheringStream& layer = stream_.next_layer();
  const bool is_large = frame->size() > limits::gathered_frame_bytes_max;
  if (is_large || layer.gathered_bytes() > limits::gathered_bytes_max) {
    layer.set_mode(GatheringStream::Mode::Flush);
    const error_code failed = co_await layer.flush();
    if (failed) {
      co_return false;
    }
  }
  layer.set_mode(is_large ? GatheringStream::Mode::Direct : GatheringStream::Mode::Gather);
  std::optional<Quota::Share> share;
  if (is_large) {
    share = core_.outgoing.take(who_, frame->size());
    if (!share) {
      begin_close(websocket::close_code::try_again_later, "too much is being sent");
      co_return true;
    }
    write_begins(frame->size());
  }
  auto [failed, bytes] = co_await stream_.async_write(asio::buffer(*frame), as_result);
  if (is_large) {
    write_ended(failed);
  }
  co_return !failed;
}

void SocketConnection::write_begins(std::size_t bytes) {
  write_began_ = Clock::now();
  write_until_ = write_began_ + core_.options.times.to_write(bytes);
  watch();
}

void SocketConnection::write_ended(error_code failed) {
  write_until_ = never;
  const Clock::time_point now = Clock::now();
  if (!failed && now - write_began_ > core_.options.times.heartbeat / 8) {
    took_at_ = now;
  }
  watch();
}

// --- Ending -----------------------------------------------------------------------------------

void SocketConnection::close(std::uint16_t code, std::string reason) {
  if (strand().running_in_this_thread()) {
    begin_close(code, reason);
  } else {
    asio::post(strand(),
               [kept = self(), code, said = std::move(reason)] { kept->begin_close(code, said); });
  }
}

void SocketConnection::begin_close(std::uint16_t code, std::string_view reason) {
  if (farewell_ || lost_ || !opened_) {
    return;
  }
  websocket::close_reason farewell;
  farewell.code = code;
  const std::string_view shown = reason.substr(0, farewell.reason.max_size());
  farewell.reason.assign(shown.data(), shown.size());
  farewell_ = farewell;
  end_by(Clock::now() + core_.options.times.close);
  want_to_write();
}

asio::awaitable<void> SocketConnection::say_goodbye() {
  co_await stream_.async_close(*farewell_, as_result);
  cut();
}

void SocketConnection::ending() {
  end_by(Clock::now() + core_.options.times.close);
  end_session();
}

bool SocketConnection::other_side_has_closed() const {
  // The callback sees the frames that are read as others are, the reason those that answer ours.
  return closed_by_client_ || stream_.reason().code != websocket::close_code::none;
}

void SocketConnection::end_by(Clock::time_point at) {
  end_until_ = std::min(end_until_, at);
  watch();
}

void SocketConnection::end_session() {
  if (const std::shared_ptr<SocketSession> session = std::exchange(session_, nullptr);
      session && opened_) {
    session->closed();
  }
}

void SocketConnection::wind_up() {
  begin_close(websocket::close_code::going_away, "The server stops.");
}

void SocketConnection::cut() {
  lost_ = true;
  stream_.next_layer().wire().close();
  finish_when_done();
}

void SocketConnection::finish_when_done() {
  if (!lost_ || reading_ || writing_ || pinging_ || finished_) {
    return;
  }
  finished_ = true;
  set_deadline(never);
  end_session();
  core_.connections.remove(*this);
}

// --- Time -------------------------------------------------------------------------------------

void SocketConnection::heard() {
  heard_at_ = Clock::now();
  pinged_ = false;
}

// Not while something is being written: a pong would come behind all of it.
bool SocketConnection::is_held_to_heartbeat() const {
  return opened_ && !paused_ && !farewell_ && write_until_ == never;
}

void SocketConnection::watch() {
  Clock::time_point next = std::min(write_until_, end_until_);
  if (is_held_to_heartbeat()) {
    next = std::min(next, silent_until());
  }
  set_deadline(next);
}

void SocketConnection::deadline_passed() {
  const Clock::time_point now = Clock::now();
  if (now >= write_until_ || now >= end_until_) {
    cut();
    return;
  }
  if (is_held_to_heartbeat() && now >= silent_until()) {
    if (pinged_) {
      begin_close(websocket::close_code::policy_error, "no answer to a ping");
    } else {
      ping();
    }
  }
  watch();
}

Connection::Clock::time_point SocketConnection::silent_until() const {
  return (pinged_ ? std::max(pinged_at_, took_at_) : heard_at_) + core_.options.times.heartbeat;
}

void SocketConnection::ping() {
  pinged_ = true;
  pinged_at_ = Clock::now();
  if (pinging_) {
    return;
  }
  pinging_ = true;
  stream_.async_ping({}, [kept = self()](error_code) {
    kept->pinging_ = false;
    kept->finish_when_done();
  });
}

}  // namespace bitacora::http
