// What an import shows while it runs: on a terminal one line that is written over, with a bar and
// the rate; elsewhere a line of plain text now and then.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <iosfwd>
#include <mutex>
#include <string>
#include <thread>

#include "tools/import_run.h"

namespace bitacora::tools {

// "9,389".
std::string grouped(std::uint64_t number);

// One line of progress, without its end. Pure.
std::string progress_text(std::uint64_t bytes_done, std::uint64_t bytes_total,
                          std::uint64_t dialogues, double seconds, bool bar);

// Writes on a thread of its own from its making to its end.
class ProgressLine {
 public:
  // All outlive this. `bytes_total` 0: unknown, as of a pipe.
  ProgressLine(std::ostream& output, bool terminal, const ImportCounts& counts,
               std::uint64_t bytes_total);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void run();
  void show(double seconds) const;

  std::ostream& output_;
  bool terminal_;
  const ImportCounts& counts_;
  std::uint64_t bytes_total_;
  std::mutex mutex_{};
  std::condition_variable ended_{};
  bool end_ = false;
  std::thread thread_{};
};

}  // namespace bitacora::tools
