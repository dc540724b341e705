#include "events/log.h"

namespace bitacora::events {

Instant ended_at(const Log& log) {
  const auto last = log.read_all(log.last_position(), 1);
  return last && !last->empty() ? last->front()->header.at : Instant();
}

}  // namespace bitacora::events
