#include "http/live_base.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "http/frames.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;

// Answers written one after another before a frame of changes has its turn.
constexpr std::size_t answers_in_a_row_max = 32;
// Notes of typing that wait to be written; more are of no use to anybody.
constexpr std::size_t typing_waiting_max = 16;

}  // namespace

LiveBase::LiveBase(EdgePtr edge) : edge_(std::move(edge)) {}
LiveBase::~LiveBase() = default;

void LiveBase::opened(std::shared_ptr<Socket> socket) {
  socket_ = std::move(socket);
  socket_to_wake_ = socket_;
  executor_ = socket_->executor();
  begin();
}

void LiveBase::closed() {
  end();
  grace_.reset();
  socket_.reset();
  answers_.clear();
  typing_.clear();
}

void LiveBase::received(std::string_view frame) {
  if (closes_) return;
  JsonReader reader(frame);
  const std::string type = reader.text("type", {.max = limits::slug_bytes_max});
  if (type == "resume") {
    const events::Position position(
        reader.count("position", std::numeric_limits<std::int64_t>::max()));
    if (const auto read = reader.finish(); !read) return refuse_frame({}, read.error());
    malformed_in_a_row_ = 0;
    stop_holding();
    return resume(position);
  }
  if (holding()) {
    stop_holding();
    go_live();
  }
  if (type == "command") return take_command(reader);
  if (type == "typing") return take_typing(reader);
  if (take_other(type, reader)) return;
  const auto read = reader.finish();
  if (!read && read.error().code == events::ErrorCode::MalformedJson) {
    return refuse_frame({}, read.error());
  }
  refuse_frame({}, events::error(events::ErrorCode::Invalid,
                                 "The member \"type\" is none of resume, command, typing."));
}

Frame LiveBase::next_frame() {
  if (closes_) {
    Frame frame = next_answer();
    if (!frame) close_when_answered();
    return frame;
  }
  if (answers_in_a_row_ < answers_in_a_row_max) {
    if (Frame frame = next_answer()) return frame;
  }
  answers_in_a_row_ = 0;
  if (!holding()) {
    if (Frame news = next_news()) return news;
  }
  // Asking for news may have led to an answer, too.
  if (Frame frame = next_answer()) return frame;
  return holding() ? nullptr : next_typing();
}

Frame LiveBase::next_typing() {
  while (!typing_.empty()) {
    const auto note = std::move(typing_.front());
    typing_.erase(typing_.begin());
    if (Frame frame = typing_frame_of(*note)) return frame;
  }
  return nullptr;
}

Frame LiveBase::next_answer() {
  if (answers_taken_ == answers_.size()) return nullptr;
  ++answers_in_a_row_;
  Frame frame = std::move(answers_[answers_taken_++]);
  if (answers_taken_ == answers_.size()) {
    answers_.clear();
    answers_taken_ = 0;
  }
  balance_reading();
  return frame;
}

void LiveBase::woken() {
  look();
  if (const auto socket = socket_to_wake_.lock()) socket->wake();
}

void LiveBase::typing(std::shared_ptr<const TypingNote> note) {
  boost::asio::post(executor_, [self = shared_from_this(), note = std::move(note)] {
    if (!self->socket_ || self->holding() || self->typing_.size() >= typing_waiting_max) return;
    self->typing_.push_back(note);
    self->wake();
  });
}

void LiveBase::ended(std::uint16_t code, std::string reason) {
  boost::asio::post(executor_, [self = shared_from_this(), code, reason = std::move(reason)] {
    if (self->socket_) self->socket_->close(code, reason);
  });
}

void LiveBase::wake() const {
  if (socket_) socket_->wake();
}

void LiveBase::answer(Frame frame) {
  if (!socket_) return;
  answers_.push_back(std::move(frame));
  balance_reading();
  socket_->wake();
}

void LiveBase::refuse_frame(std::string_view id, const events::Error& error) {
  if (++malformed_in_a_row_ < limits::malformed_frames_max) return refuse(id, error);
  closes_ = true;
  wake();
}

void LiveBase::close_when_answered() {
  if (commands_under_way_ > 0 || !socket_) return;
  socket_->close(policy_violation, "too many malformed frames in a row");
}

void LiveBase::refuse(std::string_view id, const events::Error& error) {
  answer(refused_frame(id, error));
}

void LiveBase::hold() {
  grace_ = std::make_unique<boost::asio::steady_timer>(executor_, limits::resume_grace);
  grace_->async_wait([weak = weak_from_this()](const boost::system::error_code& failed) {
    const auto self = weak.lock();
    // An older one may have run out at the same moment as the client's frame came.
    const auto now = std::chrono::steady_clock::now();
    if (failed || !self || !self->holding() || self->grace_->expiry() > now) return;
    self->stop_holding();
    self->go_live();
  });
}

void LiveBase::stop_holding() { grace_.reset(); }

void LiveBase::command_begun() {
  malformed_in_a_row_ = 0;
  ++commands_under_way_;
  balance_reading();
}

void LiveBase::command_finished() {
  --commands_under_way_;
  if (closes_) wake();
}

bool LiveBase::may_type() {
  malformed_in_a_row_ = 0;
  const auto now = std::chrono::steady_clock::now();
  if (now < may_type_at_) return false;
  may_type_at_ = now + limits::typing_interval;
  return true;
}

// A client that asks without taking the answers is not read from until it does.
void LiveBase::balance_reading() {
  const std::size_t open = commands_under_way_ + answers_.size() - answers_taken_;
  const bool pause = open >= limits::commands_per_socket_max;
  if (pause == reading_paused_ || !socket_) return;
  reading_paused_ = pause;
  socket_->pause_reading(pause);
}

}  // namespace bitacora::http
