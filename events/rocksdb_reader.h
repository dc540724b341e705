// Rows of the log read back as events, each checked: where it stands, and its body against the
// header's SHA-256. Thread-safe; blocks for the disk at most.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "events/log.h"
#include "events/rocksdb_database.h"

namespace bitacora::events {

// Events at positions from <= p <= last, at most `count_max`. Corrupt when one is missing.
Result<std::vector<RecordedEventPtr>> read_positions(const LogDatabase& database, Position from,
                                                     Position last, std::size_t count_max);

// Events of the stream from version `from` on whose positions are up to `last`.
Result<std::vector<RecordedEventPtr>> read_versions(const LogDatabase& database,
                                                    const StreamId& stream, Version from,
                                                    Position last, std::size_t count_max);

}  // namespace bitacora::events
