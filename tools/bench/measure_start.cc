// From the program's start to its readiness, over a log of a million events.
#include <chrono>

#include "tools/bench/filler.h"
#include "tools/bench/measure.h"
#include "tools/bench/server_process.h"
#include "tools/bench/statistics.h"
#include "tools/http_client.h"

namespace bitacora::bench {

namespace {

using Clock = std::chrono::steady_clock;
using events::Result;

constexpr double target_seconds = 1;

// Starts, waits for /readyz to say 200, and stops.
Result<double> start_seconds(const BenchOptions& options, const std::filesystem::path& data) {
  const auto begin = Clock::now();
  auto server = ServerProcess::start({.program = options.program, .data = data});
  if (!server) return server.error();
  auto http = tools::HttpClient::open((*server)->url());
  if (!http) return http.error();
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto answer = (*http)->get("/readyz");
    if (!answer) return answer.error();
    if (answer->status != 200) continue;
    const double taken = std::chrono::duration<double>(Clock::now() - begin).count();
    const auto status = (*server)->stop();
    if (status && status->code == 0) return taken;
    return events::error(events::ErrorCode::Internal, "The server did not stop as it should.");
  }
  return events::error(events::ErrorCode::Lagging, "The server did not become ready.");
}

}  // namespace

Rows measure_start(const BenchOptions& options) {
  const std::size_t million = options.quick ? 20'000 : 1'000'000;
  const std::size_t starts = options.quick ? 3 : 9;
  const ScratchFolder scratch(options, "start");
  const auto empty = scratch.path() / "empty";
  const auto full = scratch.path() / "full";
  events::Position position;
  {
    // Ten events a conversation: five as it comes to wait, and five messages more.
    Filler filler(full);
    const Company company = filler.add_company(1);
    const auto waiting = filler.add_waiting(company, million / 10);
    filler.add_messages(waiting, 5);
    position = filler.position();
    filler.finish();
  }
  {
    Filler filler(empty);
    filler.add_company(1);
    filler.finish();
  }
  std::vector<double> full_seconds;
  std::vector<double> empty_seconds;
  for (std::size_t i = 0; i <= starts; ++i) {
    const auto with_events = start_seconds(options, full);
    if (!with_events) return with_events.error();
    const auto without = start_seconds(options, empty);
    if (!without) return without.error();
    // The first start settles what the fill left to be settled.
    if (i == 0) continue;
    full_seconds.push_back(*with_events);
    empty_seconds.push_back(*without);
  }
  const double seconds = median(full_seconds);
  const bool reached = seconds <= target_seconds;
  return std::vector<Row>{
      {"start to ready, " + grouped(static_cast<double>(position.value())) + " events",
       fixed(seconds, 3) + " s", fixed(median(empty_seconds), 3) + " s, an empty log",
       fixed(seconds / median(empty_seconds), 2), "1 s", reached,
       "From before the process is made to 200 of GET /readyz; the views are current; median of " +
           std::to_string(starts) + " starts in turns with those of an empty folder." +
           (reached ? "" : " Missed by " + fixed(seconds - target_seconds, 3) + " s.")}};
}

}  // namespace bitacora::bench
