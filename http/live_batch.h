// What a span of the log changed, written to JSON once for all clients that may see it.
#pragma once

#include <cstdint>
#include <functional>
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
  // As of the batch's beginning and end: whose it was, and whose it is.
  events::ConversationFacts before;
  events::ConversationFacts after;
  // As the texts show it, which is later than `after` when the announcement was cut.
  events::ConversationFacts shown_as;
  events::ContactId contact_id;
  // The conversation as it is, and this span's messages, oldest first, with commas between.
  std::string shown;
  // That it is gone; empty when nobody can have lost sight of it. The second one names who attends
  // it, for those who may know.
  std::string gone{};
  std::string gone_naming_owner{};

  [[nodiscard]] const std::string& gone_for(const events::Viewer& viewer) const {
    return !gone_naming_owner.empty() && may_know_owner(viewer, shown_as) ? gone_naming_owner
                                                                          : gone;
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

// A conversation's facts as they stood at a position: projections::facts_at().
using FactsAt =
    std::function<events::ConversationFacts(const events::ConversationId&, events::Position)>;

// The announcement as one batch, or as several, one after the other, when its text is longer than
// `bytes_max`; the first `batches_max` of them.
//
// The cuts stand where a client may resume, by state too: whoever was told all batches up to a cut
// holds the conversations that they could see at that position (less those that they cannot see at
// the end, which show nothing in between), and the messages up to there of those that they held all
// along. So `facts_at` is asked at each cut; it is not asked when there is none. A conversation
// stands before its messages in each batch, as it is at the end of the announcement.
std::vector<LiveBatchPtr> render(const projections::Announcement& announcement,
                                 std::size_t bytes_max, const FactsAt& facts_at,
                                 std::size_t batches_max = SIZE_MAX);

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
