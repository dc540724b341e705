// A projection: a pure function from events to rows of its view.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "events/event.h"
#include "projections/view_store.h"

namespace bitacora::projections {

class Projection {
 public:
  virtual ~Projection() = default;
  // The view's folder is <name>@<version>; the version grows when the rows' shape changes, and the
  // new folder is built from the log.
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::uint32_t version() const = 0;
  // Takes in what the event changes. Depends on nothing but the event and the rows; may keep
  // decoded rows in memory, as a cache that cannot be seen from outside, and may hold writes back
  // until flush(). Events come in order, each once.
  virtual void apply(const events::RecordedEvent& event, ViewWriter& rows) = 0;
  // Called once before each commit: writes what apply() has held back, so that a row that many
  // events of a batch have changed is written once. However the same events are cut into batches,
  // the rows after a commit are the same.
  virtual void flush(ViewWriter& /*rows*/) {}
  // Whether the batch under way has changed as much as one may.
  [[nodiscard]] virtual bool is_full() const { return false; }
};

// Applies the first of the events, up to the one that makes the batch full, and flushes. How many.
inline std::size_t apply_until_full(Projection& projection, ViewWriter& rows,
                                    std::span<const events::RecordedEventPtr> events) {
  std::size_t count = 0;
  while (count < events.size() && !projection.is_full()) projection.apply(*events[count++], rows);
  projection.flush(rows);
  return count;
}

}  // namespace bitacora::projections
