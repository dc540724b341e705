// Playing a file of dialogues into a target, many at a time, each in its order.
#pragma once

#include <atomic>
#include <cstdint>
#include <iosfwd>

#include "tools/exit_code.h"
#include "tools/import_target.h"

namespace bitacora::tools {

// As they stand at any instant; read by the progress line, written by the workers.
struct ImportCounts {
  std::atomic<std::uint64_t> bytes_done = 0;  // of the lines that are played, or bad
  std::atomic<std::uint64_t> dialogues = 0;   // whole: played, or there already
  std::atomic<std::uint64_t> messages_written = 0;
  std::atomic<std::uint64_t> messages_there = 0;
  std::atomic<std::uint64_t> lines_bad = 0;
  std::atomic<std::uint64_t> lines_refused = 0;
};

struct ImportOptions {
  bool close = true;
  // How long a step that cannot be done now is tried again.
  std::chrono::milliseconds retry_max = events::limits::import_retry_max;
};

// Reads to the end of `lines`. Bad and refused lines are told on `complaints` with their number;
// of a bad line nothing is written, of a refused one what came before the refusal is. Returns the
// error that ended the import early, if one did (the target does not answer, its disk is full):
// then the same import again goes on where it stopped. Blocks.
events::Result<void> play_dialogues(std::istream& lines, const MakeImportTarget& make_target,
                                    const ImportOptions& options, ImportCounts& counts,
                                    std::ostream& complaints);

}  // namespace bitacora::tools
