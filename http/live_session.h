// An operator's live socket: GET /api/v1/ws. docs/PROTOCOL.md, F and R.
//
// It keeps a cursor, not a queue: everything up to the cursor was told. Whenever the socket can
// write, the session looks at what the hub has past the cursor and makes one frame of it; when the
// hub's ring does not go back that far, it catches up from the views.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "http/catch_up.h"
#include "http/live_base.h"

namespace bitacora::http {

class LiveSession final : public LiveBase {
 public:
  LiveSession(EdgePtr edge, events::Viewer viewer, std::string session_token);

 private:
  void begin() override;
  void end() override;
  void go_live() override;
  void resume(events::Position position) override;
  void take_command(JsonReader& frame) override;
  void take_typing(JsonReader& frame) override;
  Frame next_news() override;
  Frame typing_frame_of(const TypingNote& note) const override;

  Frame next_changes();
  Frame frame_of(Backlog backlog);
  // Null when there is nothing to tell.
  Frame changes_frame(std::string_view changes);

  void start_catching_up();
  void caught_up(CaughtUp result);
  // The account as it is, from now on; false when it may not sign in any more, and is told so.
  bool settle();
  void resync();
  // What is in sight depends on the account, and everything shows names: when the one or the other
  // was changed after `position`, a client of then is told to load anew, or to go.
  bool directory_changed_since(events::Position position);
  void recount();
  void move_counts(const LiveBatch& batch);
  // The counts, when they are no longer what the client was told.
  std::optional<projections::InboxCounts> new_counts();

  // What was asked and not handed on yet.
  struct Asked {
    std::string key;
    events::ConversationId id;
    CallBody body;
  };
  using MadeCommand = events::Result<actors::ConversationCommand>;
  void ask_next();
  void prepare(Asked asked, const events::Viewer& viewer, actors::Idempotency idempotency);
  void ask(const events::ConversationId& id, CallName name, actors::Idempotency idempotency,
           MadeCommand command);
  void answered(const std::string& key, CallName name,
                const events::Result<actors::ConversationOutcome>& result);

  events::Viewer viewer_;
  // Where what the client has of the directory was changed last: viewer_, and all names.
  events::Position directory_at_;
  // Where it was told to load anew; unset until it was.
  std::optional<events::Position> anew_at_{};
  std::string session_token_;  // until it has begun
  std::unique_ptr<Hub::Subscription> subscription_;
  // Everything up to here was told, or does not concern the viewer.
  events::Position cursor_;
  // What comes next is not in the hub's ring: it is read from the views.
  bool behind_ = false;
  bool catching_up_ = false;
  // The client resumed, and is to be told when it has everything.
  bool resuming_ = false;
  // A resume that came while catching up.
  std::optional<events::Position> resume_next_{};
  std::deque<Asked> asked_{};  // bounded: reading stops while many commands are under way
  bool preparing_ = false;     // one that was asked
  // Caught up from the views, and not yet written; it ends at the cursor.
  Frame ready_{};

  // The tabs' counts as of counts_at_, and as the client was told last.
  projections::InboxCounts counts_{};
  events::Position counts_at_;
  std::optional<projections::InboxCounts> counts_told_{};
};

}  // namespace bitacora::http
