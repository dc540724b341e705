// The media worker's life: confine itself, say that it is ready, take jobs until the server is
// gone.
#pragma once

#include <functional>

#include "projections/media/wire.h"

namespace bitacora::projections::media {

struct WorkerDuty {
  // Loads what needs files of the system; the process must still have one thread after it.
  std::function<void()> load{};
  // Runs what reads more of them when it runs first, on input of its own; may start threads.
  std::function<void()> warm_up{};
  // One job, confined: nothing of it is kept for the next one.
  std::function<Findings(const Job&)> examine{};
};

// The worker's main(): its arguments are the process id of its parent and the bound of its address
// space, bytes. Its socket is worker_socket.
int run_worker(int argc, char** argv, const WorkerDuty& duty);

}  // namespace bitacora::projections::media
