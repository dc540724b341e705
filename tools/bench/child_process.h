// A child process: started, listened to, signalled, waited for.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "events/error.h"

namespace bitacora::bench {

struct ChildOptions {
  // The program's path, then its arguments.
  std::vector<std::string> command;
  // Where standard error goes, appended; empty: to ours.
  std::string stderr_file{};
  // RLIMIT_FSIZE of the child, bytes: writing past it fails with EFBIG (SIGXFSZ is ignored).
  std::optional<std::uint64_t> file_bytes_max{};
};

struct ExitStatus {
  // Exactly one is set.
  std::optional<int> code{};
  std::optional<int> signal{};
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

// Thread-safe, except for the destructor. The child inherits no descriptors but the standard ones,
// and is killed when the thread that started it ends, so that none is left behind.
class ChildProcess {
 public:
  // Unavailable when the program cannot be started.
  static events::Result<std::unique_ptr<ChildProcess>> start(const ChildOptions& options);
  // Kills the child when it still runs, and reaps it.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  // The first line of its standard output that begins so; nullopt when it closed its output or the
  // time is over.
  std::optional<std::string> wait_line(std::string_view beginning,
                                       std::chrono::milliseconds timeout);
  void send_signal(int signal_number) const;
  // nullopt when it still runs after the time.
  std::optional<ExitStatus> wait(std::chrono::milliseconds timeout);

 private:
  ChildProcess(pid_t pid, int pid_descriptor, int output_descriptor);
  void read_output(int descriptor);

  pid_t pid_;
  int pid_descriptor_;
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::vector<std::string> lines_{};
  bool output_ended_ = false;
  std::optional<ExitStatus> ended_{};
  std::thread reader_{};
};

}  // namespace bitacora::bench
