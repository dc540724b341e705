// The checks at opening: that the log's rows agree with each other.
#pragma once

#include "events/rocksdb_database.h"
#include "events/rocksdb_rows.h"

namespace bitacora::events {

// Marks an empty database as a log of the present format; for others, checks the format, that last
// position, count and heads agree, and the last events in full (docs/STORAGE.md lists it all).
// Returns how the log stands; Corrupt, with what does not agree, when it must not be used.
Result<Counters> check_log(const LogDatabase& database);

}  // namespace bitacora::events
