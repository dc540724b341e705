// A worker confined like the real one, which does what its source says instead of decoding it.
// What it could do it tells by the findings' duration: 0, or the error number of the refusal.

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "projections/media/worker.h"

namespace {

namespace media = bitacora::projections::media;

using Deed = std::uint64_t (*)(const media::Job&);

std::uint64_t refusal(bool done) { return done ? 0 : static_cast<std::uint64_t>(errno); }

std::uint64_t open_file(const char* path, int flags) {
  const media::Descriptor file(open(path, flags, 0600));
  return refusal(static_cast<bool>(file));
}

std::uint64_t fork_child(const media::Job& /*job*/) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  const auto result = refusal(child > 0);
  if (child > 0) waitpid(child, nullptr, 0);
  return result;
}

std::uint64_t run_program(const media::Job& /*job*/) {
  std::array<char*, 1> none{nullptr};
  execve("/bin/true", none.data(), none.data());
  return refusal(false);
}

// Megabytes that could be had.
std::uint64_t eat_memory(const media::Job& /*job*/) {
  constexpr std::size_t piece = 1024 * 1024;
  std::uint64_t eaten = 0;
  while (void* bytes = std::malloc(piece)) {
    std::fill_n(static_cast<volatile char*>(bytes), piece, '\1');
    ++eaten;
  }
  return eaten;
}

// As a decoder does that asks for more than there is, and does not look what it gets.
[[noreturn]] void die_of_hunger() {
  for (;;) {
    std::vector<char> never_enough(64ul * 1024 * 1024, '\1');
    static std::vector<std::vector<char>> kept;
    kept.push_back(std::move(never_enough));
  }
}

// Megabytes that could be written.
std::uint64_t fill_result(const media::Job& job) {
  const std::string piece(1024 * 1024, 'x');
  std::uint64_t written = 0;
  while (write(job.results.front().get(), piece.data(), piece.size()) == std::ssize(piece)) {
    ++written;
  }
  return written;
}

[[noreturn]] void spin() {
  for (std::atomic<std::uint64_t> turns = 0;;) ++turns;
}

const std::map<std::string, Deed>& deeds() {
  static const std::map<std::string, Deed> all{
      {"answer", [](const media::Job&) { return std::uint64_t{7}; }},
      {"tell the process id",
       [](const media::Job&) { return static_cast<std::uint64_t>(getpid()); }},
      {"crash", [](const media::Job&) -> std::uint64_t { std::abort(); }},
      {"leave", [](const media::Job&) -> std::uint64_t { _exit(0); }},
      {"sleep",
       [](const media::Job&) -> std::uint64_t {
         for (;;) poll(nullptr, 0, -1);
       }},
      {"wait",
       [](const media::Job&) -> std::uint64_t {
         for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
       }},
      {"spin", [](const media::Job&) -> std::uint64_t { spin(); }},
      {"eat memory", eat_memory},
      {"die of hunger", [](const media::Job&) -> std::uint64_t { die_of_hunger(); }},
      {"fill the result", fill_result},
      {"start a thread",
       [](const media::Job&) {
         std::thread([] {}).join();
         return std::uint64_t{0};
       }},
      {"read /etc/passwd", [](const media::Job&) { return open_file("/etc/passwd", O_RDONLY); }},
      {"read a font's folder",
       [](const media::Job&) { return open_file("/usr/share/fonts", O_RDONLY | O_DIRECTORY); }},
      {"write to a font's folder",
       [](const media::Job&) {
         return open_file("/usr/share/fonts/bitacora", O_WRONLY | O_CREAT);
       }},
      {"write to /tmp",
       [](const media::Job&) { return open_file("/tmp/bitacora-escaped", O_WRONLY | O_CREAT); }},
      {"make a socket",
       [](const media::Job&) {
         return refusal(static_cast<bool>(media::Descriptor(socket(AF_INET, SOCK_STREAM, 0))));
       }},
      {"fork", fork_child},
      {"run a program", run_program},
      {"kill its parent", [](const media::Job&) { return refusal(kill(getppid(), 0) == 0); }},
      {"trace its parent",
       [](const media::Job&) {
         return refusal(ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr) == 0);
       }},
      {"raise its limits",
       [](const media::Job&) {
         const rlimit more{RLIM_INFINITY, RLIM_INFINITY};
         return refusal(setrlimit(RLIMIT_AS, &more) == 0);
       }},
      {"remove a file", [](const media::Job&) { return refusal(unlink("/etc/passwd-") == 0); }},
      {"count its environment",
       [](const media::Job&) {
         std::uint64_t count = 0;
         for (char** name = environ; *name != nullptr; ++name) ++count;
         return count;
       }},
      {"count its processors",
       [](const media::Job&) {
         cpu_set_t processors;
         const bool told = sched_getaffinity(0, sizeof processors, &processors) == 0;
         return told ? static_cast<std::uint64_t>(CPU_COUNT(&processors)) : 0;
       }},
      {"count its descriptors",
       [](const media::Job&) {
         std::uint64_t count = 0;
         for (int number = 0; number < 1024; ++number) {
           if (fcntl(number, F_GETFD) >= 0) ++count;
         }
         return count;
       }},
  };
  return all;
}

media::Findings do_as_told(const media::Job& job) {
  std::array<char, 64> told{};
  const ssize_t size = pread(job.source.get(), told.data(), told.size(), 0);
  const auto deed = deeds().find(std::string(told.data(), static_cast<std::size_t>(size)));
  if (deed == deeds().end()) return {.failure = media::Failure::Broken};
  return {.duration_ms = deed->second(job)};
}

}  // namespace

int main(int argc, char** argv) { return media::run_worker(argc, argv, {.examine = do_as_told}); }
