// The first page of Espera, however many conversations wait in it.
#include <chrono>
#include <thread>

#include "tools/bench/filler.h"
#include "tools/bench/json_read.h"
#include "tools/bench/measure.h"
#include "tools/bench/process_figures.h"
#include "tools/bench/server_process.h"
#include "tools/bench/statistics.h"
#include "tools/http_client.h"

namespace bitacora::bench {

namespace {

using Clock = std::chrono::steady_clock;
using events::Result;

constexpr double inbox_list_ratio_max = 1.5;

// A server over a department with so many waiting.
struct InboxDesk {
  std::size_t waiting = 0;
  std::unique_ptr<ServerProcess> server{};
  std::unique_ptr<tools::HttpClient> http{};
  std::vector<double> list_ms{};
  std::vector<double> floor_ms{};
};

Result<InboxDesk> open_desk(const BenchOptions& options, const std::filesystem::path& data,
                            std::size_t waiting) {
  options.say("  filling " + grouped(static_cast<double>(waiting)) + " waiting conversations");
  Filler filler(data);
  const Company company = filler.add_company(1);
  filler.add_waiting(company, waiting);
  filler.finish();
  auto server = ServerProcess::start({.program = options.program, .data = data});
  if (!server) return server.error();
  auto http = tools::HttpClient::open((*server)->url());
  if (!http) return http.error();
  (*http)->set_bearer(company.operators[0].token);
  return InboxDesk{.waiting = waiting, .server = std::move(*server), .http = std::move(*http)};
}

// After a start, what was filled is still being compacted, and queues are read.
void await_rest(const InboxDesk& desk) {
  constexpr std::chrono::milliseconds look_interval{500};
  constexpr double busy_s = 0.01;  // of processor time in an interval
  constexpr int looks_max = 120;
  double before = processor_seconds(desk.server->process().pid());
  for (int looks = 0; looks < looks_max; ++looks) {
    std::this_thread::sleep_for(look_interval);
    const double now = processor_seconds(desk.server->process().pid());
    if (now - before < busy_s) return;
    before = now;
  }
}

Result<double> get_ms(tools::HttpClient& http, const std::string& target, std::string& body) {
  const auto begin = Clock::now();
  auto answer = http.get(target);
  const double taken = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  if (!answer) return answer.error();
  if (answer->status != 200) return events::error(events::ErrorCode::Internal, answer->body);
  body = std::move(answer->body);
  return taken;
}

// A list, and beside it the least that any call takes.
Result<void> sample(InboxDesk& desk, bool counts) {
  std::string body;
  const auto list = get_ms(*desk.http, "/api/v1/conversations?tab=waiting", body);
  if (!list) return list.error();
  if (json_array_size(body, "/items") != 50) {
    return events::error(events::ErrorCode::Internal, "The list is not whole: " + body);
  }
  const auto floor = get_ms(*desk.http, "/healthz", body);
  if (!floor) return floor.error();
  if (counts) {
    desk.list_ms.push_back(*list);
    desk.floor_ms.push_back(*floor);
  }
  return {};
}

}  // namespace

Rows measure_inbox_list(const BenchOptions& options) {
  const std::size_t warm_up = 30;
  const std::size_t rounds = options.quick ? 50 : 600;
  const std::vector<std::size_t> sizes = options.quick
                                             ? std::vector<std::size_t>{100, 1'000, 10'000}
                                             : std::vector<std::size_t>{1'000, 100'000, 1'000'000};
  const ScratchFolder scratch(options, "inbox-list");
  std::vector<InboxDesk> desks;
  for (const auto size : sizes) {
    auto desk = open_desk(options, scratch.path() / std::to_string(size), size);
    if (!desk) return desk.error();
    desks.push_back(std::move(*desk));
  }
  for (const auto& desk : desks) await_rest(desk);
  for (std::size_t round = 0; round < warm_up + rounds; ++round) {
    for (auto& desk : desks) {
      if (const auto ok = sample(desk, round >= warm_up); !ok) return ok.error();
    }
  }
  const double smallest = median(desks.front().list_ms);
  std::vector<Row> rows;
  for (const auto& desk : desks) {
    const double p50 = median(desk.list_ms);
    const double ratio = p50 / smallest;
    const bool last = &desk == &desks.back();
    const bool reached = ratio <= inbox_list_ratio_max;
    rows.push_back(
        {"list of Espera, " + grouped(static_cast<double>(desk.waiting)) + " waiting, p50",
         fixed(p50, 3) + " ms", fixed(median(desk.floor_ms), 3) + " ms, GET /healthz",
         fixed(ratio, 2) + " of the smallest", last ? "within 1.5 of the smallest" : "",
         last ? std::optional(reached) : std::nullopt,
         "50 rows over one kept HTTP connection, " + grouped(static_cast<double>(rounds)) +
             " calls in turns with the other sizes, each size a server of its own; the folder was "
             "filled in process through the log's append() and the projector, not over HTTP; asked "
             "once all servers had come to rest." +
             (last && !reached ? " Missed: " + fixed(ratio, 2) + " instead of 1.5." : "")});
  }
  return rows;
}

}  // namespace bitacora::bench
