// What a span of the log changed, written to JSON once for all clients that may see it, and what
// of it one of them is told.
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
  // As of the batch's beginning and end: whose it was, and whose it is.
  events::ConversationFacts before;
  events::ConversationFacts after;
  events::ContactId contact_id;
  // The conversation as it is, and the messages that this span made or changed, in the order of
  // their changes, with commas between.
  std::string shown;
  // That it is gone; empty when nobody can have lost sight of it. The second one names who attends
  // it, for those who may know.
  std::string gone{};
  std::string gone_naming_owner{};
};

// The changes of a span: after `from`, up to `to`. Each conversation is in it once.
struct LiveBatch {
  events::Position from;
  events::Position to;
  std::vector<LiveChange> changes;
  bool directory_changed = false;
  std::size_t bytes = 0;  // of memory, for the ring's bound
};

using LiveBatchPtr = std::shared_ptr<const LiveBatch>;

LiveBatchPtr render(const projections::Announcement& announcement);

// What a viewer is told of consecutive batches in one frame.
struct Told {
  // Changes of a frame, with commas between; empty: nothing of the batches concerns the viewer.
  std::string changes;
  // So many of the batches, from the first one on: more were longer than `bytes_max`.
  std::size_t batches = 0;
};

// The client holds what the viewer could see where the first batch begins; told the first n batches
// it holds what the viewer could see where the n-th ends, less what the viewer cannot see where the
// last one ends: so nothing is shown that is out of sight by then, wherever the frame ends.
Told tell(const events::Viewer& viewer, std::span<const LiveBatchPtr> batches,
          std::size_t bytes_max);

// How the batch moves the counts of the viewer's tabs.
struct CountsMove {
  int waiting = 0;
  int attending = 0;
};
CountsMove counts_move(const events::Viewer& viewer, const LiveBatch& batch);

}  // namespace bitacora::http
