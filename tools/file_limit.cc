#include "tools/file_limit.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>

#include "events/limits.h"

namespace bitacora::tools {

namespace {

namespace limits = events::limits;

// The databases of the log (1,024 files), the secrets (64) and four views; what is served, and what
// is uploaded, with its record; and with room to spare what is looked into.
constexpr std::uint64_t files_beside_connections = 1'024 + 64 + 4 * limits::view_open_files_max +
                                                   limits::files_served_max +
                                                   2 * limits::uploads_streaming_max + 576;

}  // namespace

std::uint64_t raise_file_limit() {
  rlimit files{};
  // The usual one.
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 1'024;
  const rlim_t before = files.rlim_cur;
  files.rlim_cur = files.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &files) == 0) return files.rlim_max;
  spdlog::warn("the limit of open files stays as it is");
  return before;
}

std::size_t connections_within(std::uint64_t files_max) {
  // Where there are few, half of them: the databases are rarely as large as they may get.
  const std::uint64_t left = files_max - std::min(files_beside_connections, files_max / 2);
  return std::min<std::uint64_t>(left, limits::connections_max);
}

}  // namespace bitacora::tools
