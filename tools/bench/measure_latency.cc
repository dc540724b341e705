// One message on an idle server, beside one fdatasync in the same folder.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>

#include "tools/bench/filler.h"
#include "tools/bench/measure.h"
#include "tools/bench/server_process.h"
#include "tools/bench/statistics.h"
#include "tools/bench/timed_message.h"

namespace bitacora::bench {

namespace {

using Clock = std::chrono::steady_clock;
using events::Result;

constexpr double target_fdatasyncs = 4;
// What the log writes for a message, bytes, about.
constexpr std::size_t synced_bytes = 1024;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

// A file that grows by a message's bytes and is synced, as a write-ahead log is.
class SyncedFile {
 public:
  explicit SyncedFile(const std::filesystem::path& path)
      : descriptor_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~SyncedFile() { close(descriptor_); }
  SyncedFile(const SyncedFile&) = delete;
  SyncedFile& operator=(const SyncedFile&) = delete;

  double append_ms() {
    const std::string bytes(synced_bytes, 'b');
    const auto begin = Clock::now();
    const bool written = write(descriptor_, bytes.data(), bytes.size()) == std::ssize(bytes) &&
                         fdatasync(descriptor_) == 0;
    BITACORA_INVARIANT(written, "the file to compare with is written");
    return milliseconds_since(begin);
  }

 private:
  int descriptor_;
};

}  // namespace

Rows measure_latency(const BenchOptions& options) {
  const std::size_t samples = options.quick ? 100 : 2000;
  const std::size_t warm_up = 50;
  const ScratchFolder scratch(options, "latency");
  Company company;
  std::vector<events::ConversationId> conversations;
  {
    Filler filler(scratch.path() / "data");
    company = filler.add_company(1);
    conversations = filler.add_waiting(company, 1);
    filler.claim_in_turn(company, conversations);
    filler.finish();
  }
  auto server = ServerProcess::start({.program = options.program, .data = scratch.path() / "data"});
  if (!server) return server.error();
  auto socket =
      BlockingSocket::open({.port = (*server)->port(), .bearer = company.operators[0].token});
  if (!socket) return socket.error();
  SyncedFile file(scratch.path() / "synced");

  std::vector<double> answers;
  std::vector<double> syncs;
  for (std::size_t i = 0; i < warm_up + samples; ++i) {
    const std::string id = "latency-" + std::to_string(i);
    const double sync = file.append_ms();
    const auto answer = message_ms(**socket, conversations[0], id);
    if (!answer) return answer.error();
    if (i < warm_up) continue;
    syncs.push_back(sync);
    answers.push_back(*answer);
  }
  (*socket)->close();
  (*server)->stop();

  const auto row = [&](const std::string& name, double share, bool has_target) {
    const double answer = percentile(answers, share);
    const double sync = percentile(syncs, share);
    const double ratio = answer / sync;
    const bool reached = ratio <= target_fdatasyncs;
    return Row{"one message on an idle server, " + name,
               fixed(answer, 3) + " ms",
               fixed(sync, 3) + " ms, one fdatasync",
               fixed(ratio, 2),
               has_target ? "p50 within 4 fdatasyncs" : "",
               has_target ? std::optional(reached) : std::nullopt,
               "From before the frame's sending to after the reading of `done`, over one "
               "WebSocket, one at a time; " +
                   grouped(static_cast<double>(samples)) +
                   " samples, each after an append of 1 KiB and an fdatasync in the same folder." +
                   (has_target && !reached
                        ? " Missed by " + fixed(ratio - target_fdatasyncs, 2) + " fdatasyncs."
                        : "")};
  };
  return std::vector<Row>{row("p50", 0.5, true), row("p99", 0.99, false)};
}

}  // namespace bitacora::bench
