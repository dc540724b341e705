// One media worker, seen from the server: started, given jobs one by one, ended when it takes too
// long.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <vector>

#include "events/error.h"
#include "projections/media/job.h"
#include "projections/media/worker_program.h"

namespace bitacora::projections::media {

// limits.h has the reasons.
struct WorkerBounds {
  std::size_t memory_bytes = events::limits::media_worker_memory_bytes;
  std::chrono::milliseconds start_timeout = events::limits::media_worker_start_timeout;
  std::chrono::milliseconds job_processor = events::limits::media_job_processor_max;
  std::chrono::milliseconds job_stall = events::limits::media_job_stall_max;
  std::chrono::milliseconds job_wall = events::limits::media_job_wall_max;
};

enum class JobEnd : std::uint8_t {
  Answered,
  Died,      // before it answered, or it answered nonsense
  TooSlow,   // past the bound of processor time
  Hung,      // no progress, or past the bound of time
  CalledOff  // by the descriptor that calls off
};

struct JobResult {
  JobEnd end{};
  // Only with Answered.
  Findings findings{.failure = Failure::Crashed};
};

// Lives on one thread: the one that started it, with which the process ends.
class WorkerProcess {
 public:
  // Blocks until it is ready. Unavailable when it does not start; CalledOff counts as that.
  static events::Result<std::unique_ptr<WorkerProcess>> start(const WorkerProgram& program,
                                                              const WorkerBounds& bounds,
                                                              int call_off);
  // Kills the process, and waits for its end.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  // Blocks until the job has ended, or `call_off` is readable. After any end but Answered the
  // worker is of no more use. The descriptors stay the caller's.
  JobResult run(MediaKind kind, int source, const std::vector<int>& results, int call_off);

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::size_t jobs_done() const { return jobs_done_; }
  // Memory that it holds, bytes; 0 when it cannot be told.
  [[nodiscard]] std::size_t resident_bytes() const;

 private:
  WorkerProcess(pid_t pid, Descriptor socket, const WorkerBounds& bounds);
  // How long its next word may take.
  struct Patience {
    std::chrono::milliseconds processor;  // of its own
    std::chrono::milliseconds stall;      // without using any
    std::chrono::milliseconds wall;
  };
  [[nodiscard]] JobEnd await_word(int call_off, const Patience& patience) const;
  [[nodiscard]] std::chrono::milliseconds processor_time() const;

  pid_t pid_;
  Descriptor socket_;
  WorkerBounds bounds_;
  std::size_t jobs_done_ = 0;
};

}  // namespace bitacora::projections::media
