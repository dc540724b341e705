// Catching up by state: what a client missed since its position, read from the views rather than
// replayed from the log.
#pragma once

#include <vector>

#include "events/limits.h"
#include "http/live_batch.h"
#include "projections/inbox.h"

namespace bitacora::http {

struct CatchUpBounds {
  // Conversations touched by anybody, and messages that this viewer would be told.
  std::size_t changes_max = events::limits::resume_changes_max;
  std::size_t batch_bytes_max = events::limits::changes_frame_bytes_max / 2;
};

struct CaughtUp {
  // More than the bounds changed: the client loads its lists instead. Nothing else is set.
  bool too_much = false;
  // From the cursor on; only what concerns the viewer is in it. It ends at `position`, or before it
  // when that were more than a batch: then there is more.
  LiveBatchPtr batch;
  // The views' position that was read, and the counts of the viewer's tabs as of then.
  events::Position position;
  projections::InboxCounts counts;
};

// Each conversation touched after `cursor` once, as it is now, with its new messages; those that
// the viewer may see now or could see at the cursor. Blocks for reads of the views: tens of
// milliseconds at the bounds. Thread-safe.
CaughtUp catch_up(const projections::Projector& projector, const events::Viewer& viewer,
                  events::Position cursor, const CatchUpBounds& bounds);

}  // namespace bitacora::http
