#include "projections/media/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>

#include "projections/media/wire.h"

namespace bitacora::projections::media {

using Clock = std::chrono::steady_clock;
using events::Result;
using std::chrono::milliseconds;

namespace {

// How often a worker's processor time is looked at.
constexpr milliseconds look_interval{100};
// Below these numbers stand the child's own descriptors while it is made.
constexpr int past_childs_descriptors = 16;
constexpr int program_in_child = worker_socket + 1;

events::Error not_started(const std::string& why) {
  return events::error(events::ErrorCode::Unavailable,
                       "The media worker does not start: " + why + ".");
}

Descriptor moved_up(int descriptor) {
  return Descriptor(fcntl(descriptor, F_DUPFD_CLOEXEC, past_childs_descriptors));
}

// The child's descriptors and signals: it inherits nothing else.
class ChildPlan {
 public:
  ChildPlan(int socket, int program) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, socket, worker_socket);
    posix_spawn_file_actions_adddup2(&actions_, program, program_in_child);
    posix_spawn_file_actions_addclosefrom_np(&actions_, program_in_child + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~ChildPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  ChildPlan(const ChildPlan&) = delete;
  ChildPlan& operator=(const ChildPlan&) = delete;

  // An error number, 0 for none.
  int spawn(pid_t& pid, std::size_t memory_bytes) const {
    std::string name = "bitacora-media-worker";
    std::string parent = std::to_string(getpid());
    std::string memory = std::to_string(memory_bytes);
    const std::array<char*, 4> arguments{name.data(), parent.data(), memory.data(), nullptr};
    const std::array<char*, 1> environment{nullptr};
    const std::string path = "/proc/self/fd/" + std::to_string(program_in_child);
    return posix_spawn(&pid, path.c_str(), &actions_, &attributes_, arguments.data(),
                       environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::start(const WorkerProgram& program,
                                                            const WorkerBounds& bounds,
                                                            int call_off) {
  std::array<int, 2> ends{-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return not_started(std::strerror(errno));
  }
  Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  Descriptor socket = moved_up(theirs.get());
  const Descriptor program_file = moved_up(program.descriptor());
  if (!socket || !program_file) return not_started(std::strerror(errno));
  pid_t pid = -1;
  const int failed = ChildPlan(socket.get(), program_file.get()).spawn(pid, bounds.memory_bytes);
  if (failed != 0) return not_started(std::strerror(failed));
  std::unique_ptr<WorkerProcess> worker(new WorkerProcess(pid, std::move(ours), bounds));
  // Its end of the socket must be the worker's alone, so that its end is seen.
  theirs.reset();
  socket.reset();
  // It may wait long for its first turn.
  const JobEnd end = worker->await_word(
      call_off, {bounds.start_timeout, bounds.start_timeout, bounds.start_timeout});
  const auto word = end == JobEnd::Answered ? receive_word(worker->socket_.get()) : std::nullopt;
  if (!word || !word->ready) {
    return not_started(end == JobEnd::Answered || end == JobEnd::Died ? "it ended at once"
                                                                      : "it took too long");
  }
  return worker;
}

WorkerProcess::WorkerProcess(pid_t pid, Descriptor socket, const WorkerBounds& bounds)
    : pid_(pid), socket_(std::move(socket)), bounds_(bounds) {}

WorkerProcess::~WorkerProcess() {
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

JobResult WorkerProcess::run(MediaKind kind, int source, const std::vector<int>& results,
                             int call_off) {
  if (!send_job(socket_.get(), kind, source, results)) return {JobEnd::Died};
  const JobEnd end =
      await_word(call_off, {bounds_.job_processor, bounds_.job_stall, bounds_.job_wall});
  if (end != JobEnd::Answered) return {end};
  auto word = receive_word(socket_.get());
  if (!word || word->ready) return {JobEnd::Died};
  ++jobs_done_;
  return {JobEnd::Answered, std::move(word->findings)};
}

// Waits for a packet, or the end of the worker. A worker that only runs when nobody else wants to
// may wait long for its turn, so its time is counted by what it used.
JobEnd WorkerProcess::await_word(int call_off, const Patience& patience) const {
  const auto begin = Clock::now();
  const milliseconds used_before = processor_time();
  milliseconds used = used_before;
  auto progress_at = begin;
  std::array<pollfd, 2> watched{{{socket_.get(), POLLIN, 0}, {call_off, POLLIN, 0}}};
  for (;;) {
    const int ready = poll(watched.data(), watched.size(), static_cast<int>(look_interval.count()));
    if (ready > 0 && (watched[1].revents & POLLIN) != 0) return JobEnd::CalledOff;
    if (ready > 0 && (watched[0].revents & POLLIN) != 0) return JobEnd::Answered;
    if (ready > 0 && watched[0].revents != 0) return JobEnd::Died;
    const auto now = Clock::now();
    const milliseconds used_now = processor_time();
    if (used_now > used) {
      used = used_now;
      progress_at = now;
    }
    if (used - used_before > patience.processor) return JobEnd::TooSlow;
    if (now - progress_at > patience.stall || now - begin > patience.wall) return JobEnd::Hung;
  }
}

milliseconds WorkerProcess::processor_time() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return {};
  return std::chrono::duration_cast<milliseconds>(std::chrono::seconds(used.tv_sec) +
                                                  std::chrono::nanoseconds(used.tv_nsec));
}

std::size_t WorkerProcess::resident_bytes() const {
  std::ifstream figures("/proc/" + std::to_string(pid_) + "/statm");
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  figures >> total_pages >> resident_pages;
  return figures ? resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace bitacora::projections::media
