// Many WebSockets under load: each sends its frames in order, so many unanswered at a time at most,
// and counts what comes back.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "events/error.h"
#include "tools/bench/bench_socket.h"

namespace bitacora::bench {

struct LoadResult {
  double seconds = 0;              // from the first frame's sending to the last answer
  std::uint64_t done = 0;          // frames answered by `done`, or echoed
  std::uint64_t refused = 0;       // frames answered by `refused`
  std::uint64_t stray = 0;         // answers that belong to no frame under way, or come again
  std::uint64_t other_frames = 0;  // pushes
};

// The frames of one round, one or more for each socket: commands whose ids end in "-<index in the
// socket's frames>", so that an answer is told apart without reading all of it.
struct LoadRound {
  std::vector<std::vector<std::string>> frames;
};

// The id of a frame: "<round>-<socket>-<index>", the round being whatever makes ids unique.
std::string load_id(std::size_t round, std::size_t socket, std::size_t index);

// Its functions are called on one thread, and block.
class LoadDriver {
 public:
  explicit LoadDriver(std::size_t threads);
  ~LoadDriver();

  // One socket for each target, `at_once` handshakes at a time. Unavailable when one fails.
  events::Result<void> connect(const std::vector<SocketTarget>& targets, std::size_t at_once = 64);
  // Unavailable when not all is answered in time, or a socket breaks.
  events::Result<LoadResult> run(const std::shared_ptr<const LoadRound>& round,
                                 std::size_t in_flight_max, std::chrono::seconds timeout);

 private:
  struct Connection;
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace bitacora::bench
