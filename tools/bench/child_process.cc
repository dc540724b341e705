#include "tools/bench/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

// glibc 2.36 forgot to say that these are C functions.
extern "C" {
#include <sys/pidfd.h>
}

namespace bitacora::bench {

namespace {

// Lines kept for wait_line(); a server that says more has its later lines read and dropped.
constexpr std::size_t lines_max = 10'000;

// Between fork and exec only calls that are safe after a signal are allowed: no memory is taken.
[[noreturn]] void become(const ChildOptions& options, char* const* arguments, int output,
                         int errors) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (dup2(output, STDOUT_FILENO) < 0) _exit(127);
  if (errors >= 0 && dup2(errors, STDERR_FILENO) < 0) _exit(127);
  close_range(3, ~0U, 0);
  if (options.file_bytes_max) {
    const rlimit limit{*options.file_bytes_max, *options.file_bytes_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);
  }
  execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

events::Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const ChildOptions& options) {
  const auto refuse = [&](const char* what) {
    return events::error(events::ErrorCode::Unavailable,
                         std::string(what) + ": " + std::strerror(errno) + ".");
  };
  std::vector<char*> arguments;
  arguments.reserve(options.command.size() + 1);
  for (const auto& word : options.command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  std::array<int, 2> output{};
  if (pipe2(output.data(), O_CLOEXEC) != 0) return refuse("pipe");
  int errors = -1;
  if (!options.stderr_file.empty()) {
    errors = open(options.stderr_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  }
  const pid_t pid = fork();
  if (pid == 0) become(options, arguments.data(), output[1], errors);
  close(output[1]);
  if (errors >= 0) close(errors);
  if (pid < 0) {
    close(output[0]);
    return refuse("fork");
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, pidfd_open(pid, 0), output[0]));
}

ChildProcess::ChildProcess(pid_t pid, int pid_descriptor, int output_descriptor)
    : pid_(pid), pid_descriptor_(pid_descriptor) {
  reader_ = std::thread([this, output_descriptor] { read_output(output_descriptor); });
}

ChildProcess::~ChildProcess() {
  send_signal(SIGKILL);
  while (!wait(std::chrono::seconds(60))) {
  }
  reader_.join();
  close(pid_descriptor_);
}

void ChildProcess::read_output(int descriptor) {
  std::string partial;
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t got = read(descriptor, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    partial.append(chunk.data(), static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = partial.find('\n')) != std::string::npos;) {
      const std::lock_guard lock(mutex_);
      if (lines_.size() < lines_max) lines_.push_back(partial.substr(0, end));
      partial.erase(0, end + 1);
      changed_.notify_all();
    }
  }
  close(descriptor);
  const std::lock_guard lock(mutex_);
  output_ended_ = true;
  changed_.notify_all();
}

std::optional<std::string> ChildProcess::wait_line(std::string_view beginning,
                                                   std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  std::optional<std::string> found;
  changed_.wait_for(lock, timeout, [&] {
    const auto line = std::find_if(lines_.begin(), lines_.end(),
                                   [&](const auto& text) { return text.starts_with(beginning); });
    if (line != lines_.end()) found = *line;
    return found || output_ended_;
  });
  return found;
}

void ChildProcess::send_signal(int signal_number) const {
  pidfd_send_signal(pid_descriptor_, signal_number, nullptr, 0);
}

std::optional<ExitStatus> ChildProcess::wait(std::chrono::milliseconds timeout) {
  pollfd descriptor{pid_descriptor_, POLLIN, 0};
  poll(&descriptor, 1, static_cast<int>(timeout.count()));
  const std::lock_guard lock(mutex_);
  int status = 0;
  if (!ended_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    ended_ = WIFEXITED(status) ? ExitStatus{.code = WEXITSTATUS(status)}
                               : ExitStatus{.signal = WTERMSIG(status)};
  }
  return ended_;
}

}  // namespace bitacora::bench
