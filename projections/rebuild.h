// Building a view from the log, and proving that two are equal.
#pragma once

#include <filesystem>

#include "events/log.h"
#include "projections/projection.h"

namespace bitacora::projections {

// Applies the whole log, from the first event to `up_to`, to an empty store of the projection.
// Blocks until done.
events::Result<void> rebuild(const events::Log& log, events::Position up_to, Projection& projection,
                             ViewStore& empty_store);

// SHA-256 over checkpoint, keys and values in order: equal digests are equal views.
events::Sha256 digest(const ViewReader& rows);

}  // namespace bitacora::projections
