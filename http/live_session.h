// An operator's live socket: GET /api/v1/ws. docs/PROTOCOL.md, F and R.
//
// It keeps a cursor, not a queue: everything up to the cursor was told. Whenever the socket can
// write, the session looks at what the hub has past the cursor and makes one frame of it; when the
// hub's ring does not go back that far, it catches up from the views.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/catch_up.h"
#include "http/live_base.h"

namespace bitacora::http {

class LiveSession final : public LiveBase {
 public:
  LiveSession(EdgePtr edge, events::Viewer viewer, std::string session_token_hash);

 private:
  enum class Phase { Live, CatchingUp };

  void begin() override;
  void end() override;
  void go_live() override;
  void resume(events::Position position) override;
  void take_command(JsonReader& frame) override;
  void take_typing(JsonReader& frame) override;
  Frame next_news() override;
  Frame typing_frame_of(const TypingNote& note) const override;

  Frame next_changes();
  Frame frame_of(const Backlog& backlog);
  class ChangesFrame;
  // Adds what the batch has for this viewer, and moves the counts.
  void follow(const LiveBatch& batch, ChangesFrame& frame);

  void start_catching_up();
  void caught_up(CaughtUp result);
  // The account as it is, from now on; false when it may not sign in any more, and is told so.
  bool settle();
  void resync();
  // Whether the account changed after the cursor so that the client has to load anew, or go.
  bool account_changed(const events::DirectoryState& directory);
  void recount();
  // The counts, when they are no longer what the client was told.
  std::optional<projections::InboxCounts> new_counts();

  void ask(std::string key, const events::ConversationId& id, CallBody body);
  void answered(const std::string& key, CallName name,
                events::Result<actors::ConversationOutcome> result,
                const std::optional<events::Error>& instead_of_invalid);

  events::Viewer viewer_;
  std::string session_token_hash_;
  std::unique_ptr<Hub::Subscription> subscription_;
  Phase phase_ = Phase::Live;
  events::Position cursor_;
  // The client resumed, and is to be told when it has everything.
  bool resuming_ = false;
  // A resume that came while catching up.
  std::optional<events::Position> resume_next_{};
  // Made, not yet written; the cursor is behind it.
  Frame ready_{};
  bool more_after_ready_ = false;

  // The tabs' counts as of counts_at_, and as the client was told last.
  projections::InboxCounts counts_{};
  events::Position counts_at_;
  std::optional<projections::InboxCounts> counts_told_{};
};

}  // namespace bitacora::http
