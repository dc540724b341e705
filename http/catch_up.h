// Catching up by state: what a client missed since its position, read from the views rather than
// replayed from the log.
#pragma once

#include <string>

#include "events/limits.h"
#include "events/visibility.h"
#include "projections/projector.h"

namespace bitacora::http {

struct CatchUpBounds {
  // Conversations touched by anybody, and messages that this viewer would be told.
  std::size_t changes_max = events::limits::resume_changes_max;
  // Of what is told at a time.
  std::size_t bytes_max = events::limits::changes_frame_bytes_max;
};

struct CaughtUp {
  // More than `changes_max`: the client loads its lists instead. Nothing else is set.
  bool too_much = false;
  // Changes of a frame, with commas between: what came after the cursor, up to here.
  std::string changes{};
  events::Position up_to{};
  // `up_to` is the views' position. Else there is more, from there on.
  bool is_whole = false;
  // Of the viewer's tabs, as of the views' position.
  projections::InboxCounts counts{};
};

// Each conversation touched after `cursor` once, as it is now, with its new messages; or gone, when
// the viewer could see it at the cursor. What is longer than a frame is cut at a position: told so
// far, the client holds what the viewer could see there, less what the viewer cannot see now, and
// so may go on from there whatever happens to the line. Blocks for reads of the views: tens of
// milliseconds at the bounds. Thread-safe.
CaughtUp catch_up(const projections::Projector& projector, const events::Viewer& viewer,
                  events::Position cursor, const CatchUpBounds& bounds);

}  // namespace bitacora::http
