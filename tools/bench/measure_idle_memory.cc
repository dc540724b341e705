// What an idle WebSocket client costs the server in memory, beside a bare Beast server.
#include <chrono>
#include <thread>

#include "tools/bench/echo_process.h"
#include "tools/bench/filler.h"
#include "tools/bench/load_driver.h"
#include "tools/bench/measure.h"
#include "tools/bench/process_figures.h"
#include "tools/bench/server_process.h"

namespace bitacora::bench {

namespace {

using events::Result;

constexpr std::size_t connected_operators = 200;
constexpr double target_kib = 12;

// Resident memory once it has stopped changing; at most ten seconds are waited for that.
double settled_bytes(pid_t pid) {
  std::uint64_t last = resident_bytes(pid);
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const std::uint64_t now = resident_bytes(pid);
    if (now == last) break;
    last = now;
  }
  return static_cast<double>(last);
}

// KiB that each of the clients adds while it is connected and silent.
Result<double> kib_each(const BenchOptions& options, pid_t pid,
                        const std::vector<SocketTarget>& targets) {
  // The first connections bring what every later one shares: arenas, caches, tables.
  LoadDriver first(options.client_threads);
  const std::vector<SocketTarget> few(targets.begin(), targets.begin() + 100);
  if (const auto ok = first.connect(few); !ok) return ok.error();
  const double before = settled_bytes(pid);
  LoadDriver clients(options.client_threads);
  if (const auto ok = clients.connect(targets); !ok) return ok.error();
  const double after = settled_bytes(pid);
  return (after - before) / 1024 / static_cast<double>(targets.size());
}

}  // namespace

Rows measure_idle_memory(const BenchOptions& options) {
  const std::size_t clients = options.quick ? 1'000 : 10'000;
  raise_open_files_limit();
  const ScratchFolder scratch(options, "idle-memory");
  Company company;
  {
    Filler filler(scratch.path() / "data");
    company = filler.add_company(connected_operators);
    filler.add_waiting(company, 100);
    filler.finish();
  }
  auto server = ServerProcess::start({.program = options.program, .data = scratch.path() / "data"});
  if (!server) return server.error();
  auto echo = EchoProcess::start(options.program, options.server_threads);
  if (!echo) return echo.error();
  std::vector<SocketTarget> to_server;
  for (std::size_t i = 0; i < clients; ++i) {
    to_server.push_back(
        {(*server)->port(), "/api/v1/ws", company.operators[i % connected_operators].token});
  }
  const std::vector<SocketTarget> to_echo(clients, {echo->port, "/", ""});
  const auto each = kib_each(options, (*server)->process().pid(), to_server);
  if (!each) return each.error();
  const auto bare = kib_each(options, echo->process->pid(), to_echo);
  if (!bare) return bare.error();
  const bool reached = *each <= target_kib;
  return std::vector<Row>{
      {"memory of an idle WebSocket client, " + grouped(static_cast<double>(clients)) + " clients",
       fixed(*each, 1) + " KiB", fixed(*bare, 1) + " KiB, bare Beast", fixed(*each / *bare, 2),
       "12 KiB", reached,
       "Growth of the server's resident memory from 100 to " +
           grouped(static_cast<double>(clients + 100)) +
           " connected and silent operators, who have been told `hello`, divided by the clients; "
           "the clients are in another process." +
           (reached ? "" : " Missed by " + fixed(*each - target_kib, 1) + " KiB.")}};
}

}  // namespace bitacora::bench
