// What a span of the log changed, written to JSON once for all clients that may see it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "events/visibility.h"
#include "projections/projector.h"

namespace bitacora::http {

// One conversation's change. The texts are changes of a frame (frames.h), for operators; contacts
// have their own way (webchat_session.h).
struct LiveChange {
  events::ConversationId id;
  events::ConversationFacts before;
  events::ConversationFacts after;
  events::ContactId contact_id;
  // The conversation as it is, and this span's messages, oldest first, with commas between.
  std::string shown;
  // That it is gone; empty when nobody can have lost sight of it. The second one names who attends
  // it, for those who may know.
  std::string gone{};
  std::string gone_naming_owner{};

  [[nodiscard]] const std::string& gone_for(const events::Viewer& viewer) const {
    return !gone_naming_owner.empty() && may_know_owner(viewer, after) ? gone_naming_owner : gone;
  }
};

// The changes of a span that may be told as a whole, and resumed from: after `from`, up to `to`.
struct LiveBatch {
  events::Position from;
  events::Position to;
  std::vector<LiveChange> changes;
  events::Directory directory;
  bool directory_changed = false;
  std::size_t bytes = 0;  // of memory, for the ring's bound
};

using LiveBatchPtr = std::shared_ptr<const LiveBatch>;

// The announcement as one batch, or as several, one after the other, when its text is longer than
// `bytes_max`. The cuts stand where a client may resume: everything up to a batch's end is in it or
// in those before it. A conversation stands before its messages in each batch, as it is at the end
// of the announcement.
std::vector<LiveBatchPtr> render(const projections::Announcement& announcement,
                                 std::size_t bytes_max);

// What a viewer is told of a change: what it shows, that it is gone, or nothing at all.
enum class Sight { Nothing, Shown, Gone };
Sight sight_of(const events::Viewer& viewer, const LiveChange& change);

// How the change moves the counts of the viewer's tabs.
struct CountsMove {
  int waiting = 0;
  int attending = 0;
};
CountsMove counts_move(const events::Viewer& viewer, const LiveChange& change);

}  // namespace bitacora::http
