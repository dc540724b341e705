// What the live sockets of operators and of contacts have in common: the order of what they write,
// the frames they read, commands under way, and waiting for a resume.
//
// All functions run on the socket's strand, unless they say otherwise.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "http/conversation_calls.h"
#include "http/edge.h"
#include "http/socket.h"

namespace bitacora::http {

class LiveBase : public SocketSession,
                 public LiveListener,
                 public std::enable_shared_from_this<LiveBase> {
 public:
  explicit LiveBase(EdgePtr edge);
  ~LiveBase() override;

  void opened(std::shared_ptr<Socket> socket) final;
  void received(std::string_view frame) final;
  Frame next_frame() final;
  void closed() final;

  // From any thread.
  void woken() final;
  void typing(std::shared_ptr<const TypingNote> note) final;
  void ended(std::uint16_t code, std::string reason) final;

 protected:
  // Says hello, and subscribes to the hub.
  virtual void begin() = 0;
  virtual void end() = 0;
  // What was waited for is not coming: changes from now on.
  virtual void go_live() = 0;
  // Everything after `position`, once and in order.
  virtual void resume(events::Position position) = 0;
  // Reads the rest of the frame.
  virtual void take_command(JsonReader& frame) = 0;
  virtual void take_typing(JsonReader& frame) = 0;
  // A frame of a type that this kind of client has besides; false when it has none of that type.
  virtual bool take_other(std::string_view /*type*/, JsonReader& /*frame*/) { return false; }
  // The next frame of changes, or null.
  virtual Frame next_news() = 0;
  // Something changed at the hub; the socket is woken next. From any thread.
  virtual void look() {}
  // Null when this client may not be told, as things are now.
  virtual Frame typing_frame_of(const TypingNote& note) const = 0;

  [[nodiscard]] Edge& edge() const { return *edge_; }
  [[nodiscard]] const EdgePtr& shared_edge() const { return edge_; }
  // Null once the connection is gone.
  [[nodiscard]] const std::shared_ptr<Socket>& socket() const { return socket_; }
  void wake() const;
  // Where commands' answers are posted to.
  [[nodiscard]] const boost::asio::any_io_executor& executor() const { return executor_; }

  // Written before everything else, in order.
  void answer(Frame frame);
  // The frame was not understood: answers, counts, and closes when it happens too often, after the
  // answers that are still to come.
  void refuse_frame(std::string_view id, const events::Error& error);
  void refuse(std::string_view id, const events::Error& error);

  // Holds changes back until the client's first frame, or a moment later.
  void hold();
  [[nodiscard]] bool holding() const { return grace_ != nullptr; }

  void command_begun();
  // Its answer, if it has one, is to be given next.
  void command_finished();

  // Whether this client's typing may be relayed again.
  bool may_type();

 private:
  Frame next_answer();
  Frame next_typing();
  void stop_holding();
  void balance_reading();
  void close_when_answered();

  EdgePtr edge_;
  std::shared_ptr<Socket> socket_;
  // The same, fixed before the session subscribes, for waking it from any thread.
  std::weak_ptr<Socket> socket_to_wake_;
  boost::asio::any_io_executor executor_;
  // Answers that were not written yet; the first `answers_taken_` of them are gone.
  std::vector<Frame> answers_;
  std::size_t answers_taken_ = 0;
  std::size_t answers_in_a_row_ = 0;
  std::size_t commands_under_way_ = 0;
  bool reading_paused_ = false;
  int malformed_in_a_row_ = 0;
  bool closes_ = false;  // nothing more is read
  std::vector<std::shared_ptr<const TypingNote>> typing_;
  std::chrono::steady_clock::time_point may_type_at_{};
  std::unique_ptr<boost::asio::steady_timer> grace_;
};

}  // namespace bitacora::http
