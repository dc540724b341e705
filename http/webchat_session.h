// A contact's live socket: GET /api/v1/webchat/ws. docs/PROTOCOL.md, W.
//
// It has one conversation to tell of, so it always catches up from the views: what is past its
// cursor there is its next frame.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "http/live_base.h"
#include "http/webchat_calls.h"

namespace bitacora::http {

class WebchatSession final : public LiveBase {
 public:
  // `site` is the Origin of a page of another site that it was opened from.
  WebchatSession(EdgePtr edge, const events::ContactId& contact_id,
                 std::optional<std::string> site);

 private:
  void begin() override;
  void end() override;
  void go_live() override;
  void resume(events::Position position) override;
  void take_command(JsonReader& frame) override;
  void take_typing(JsonReader& frame) override;
  bool take_other(std::string_view type, JsonReader& frame) override;
  Frame next_news() override;
  void look() override;
  Frame typing_frame_of(const TypingNote& note) const override;

  // Asks the actors for the contact: its name, and whether it has a conversation by now.
  void ask_contact();
  void contact_found(const events::Result<actors::ContactOutcome>& outcome);
  void say_hello();
  void resync();
  // Whether a resume from the cursor has to load anew.
  [[nodiscard]] bool cannot_go_on() const;
  [[nodiscard]] bool has_missed_too_much() const;
  Frame next_changes();
  Frame next_messages();
  void send(std::string key, WrittenMessage message);
  // Notes how far the contact's client has received and the contact has read, one mark at a time:
  // those that come meanwhile become one.
  void mark_delivery();

  events::ContactId contact_id_;
  const std::optional<std::string> site_;
  std::unique_ptr<Hub::Subscription> subscription_;
  std::optional<events::ContactState> contact_{};  // unset until it was found
  bool asking_ = false;
  // The hub told of a change that was not looked at yet. Set from any thread.
  std::atomic<bool> changed_{false};
  events::Position cursor_;
  bool resuming_ = false;
  bool unmeasured_ = false;  // of the resume: whether it can be gone on from
  // Where a name was changed last, as this session was told names.
  events::Position names_at_;
  // Where it was told to load anew; unset until it was.
  std::optional<events::Position> anew_at_{};
  // What the client has said, and what of it has been asked of the conversation.
  events::Version received_up_to_;
  events::Version read_up_to_;
  events::Version received_marked_;
  events::Version read_marked_;
  bool marking_ = false;
  // What the client was told of its conversation last.
  std::string conversation_told_{};
};

}  // namespace bitacora::http
