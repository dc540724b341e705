// Messages acknowledged durable per second, beside an echo of the same frames and beside RocksDB
// writing the same bytes.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <optional>

#include "events/rocksdb_log.h"
#include "tools/bench/echo_process.h"
#include "tools/bench/filler.h"
#include "tools/bench/load_driver.h"
#include "tools/bench/measure.h"
#include "tools/bench/metrics.h"
#include "tools/bench/process_figures.h"
#include "tools/bench/raw_batches.h"
#include "tools/bench/server_process.h"
#include "tools/bench/statistics.h"

namespace bitacora::bench {

namespace {

namespace json = boost::json;
using events::Result;

constexpr std::size_t throughput_operators = 64;
constexpr std::size_t conversations = 1000;
constexpr std::size_t in_flight_max = 32;
constexpr double throughput_ratio_min = 0.35;
constexpr std::string_view text =
    "Buenos días, quisiera saber si el pedido de ayer ya ha salido hacia la oficina.";

std::string frame_of(const std::string& id, const events::ConversationId& conversation) {
  return json::serialize(json::object{
      {"type", "command"},
      {"id", id},
      {"name", "send_message"},
      {"conversation_id", conversation.to_string()},
      {"body", json::object{{"kind", "text"}, {"text", text}}},
  });
}

// Each operator writes to their own conversations in turn.
std::shared_ptr<const LoadRound> make_round(
    std::size_t number, std::size_t messages_each,
    const std::vector<events::ConversationId>& conversations_in_turn) {
  auto round = std::make_shared<LoadRound>();
  round->frames.resize(throughput_operators);
  for (std::size_t socket = 0; socket < throughput_operators; ++socket) {
    const std::size_t own =
        (conversations_in_turn.size() - socket + throughput_operators - 1) / throughput_operators;
    for (std::size_t i = 0; i < messages_each; ++i) {
      round->frames[socket].push_back(
          frame_of(load_id(number, socket, i),
                   conversations_in_turn[socket + i % own * throughput_operators]));
    }
  }
  return round;
}

// Server, echo and raw database side by side; each idles while another is measured.
struct ThroughputContest {
  const BenchOptions& options;
  ScratchFolder scratch{options, "throughput"};
  Company company{};
  std::vector<events::ConversationId> conversations_in_turn{};
  std::unique_ptr<ServerProcess> server{};
  std::optional<EchoProcess> echo{};
  std::unique_ptr<RawBatches> raw{};
  std::unique_ptr<tools::HttpClient> http{};
  LoadDriver to_server{options.client_threads};
  LoadDriver to_echo{options.client_threads};

  std::vector<double> server_rates{};
  std::vector<double> echo_rates{};
  std::vector<double> raw_rates{};
  std::vector<double> batch_sizes{};
  double server_processor_seconds = 0;
  double server_seconds = 0;
  std::uint64_t sent = 0;

  explicit ThroughputContest(const BenchOptions& all) : options(all) {}
  Result<void> prepare();
  Result<void> run_round(std::size_t number, std::size_t messages_each, bool counts);
  Result<std::uint64_t> messages_in_log();
};

Result<void> ThroughputContest::prepare() {
  const auto data = scratch.path() / "data";
  {
    Filler filler(data);
    company = filler.add_company(throughput_operators);
    conversations_in_turn = filler.add_waiting(company, conversations);
    filler.claim_in_turn(company, conversations_in_turn);
    filler.finish();
  }
  auto started =
      ServerProcess::start({.program = options.program,
                            .data = data,
                            .arguments = {"--threads", std::to_string(options.server_threads)}});
  if (!started) return started.error();
  server = std::move(*started);
  auto client = tools::HttpClient::open(server->url());
  if (!client) return client.error();
  http = std::move(*client);
  auto echo_started = EchoProcess::start(options.program, options.server_threads);
  if (!echo_started) return echo_started.error();
  echo.emplace(std::move(*echo_started));
  auto opened = RawBatches::open(scratch.path() / "raw");
  if (!opened) return opened.error();
  raw = std::move(*opened);

  std::vector<SocketTarget> targets;
  for (const auto& account : company.operators) {
    targets.push_back({server->port(), "/api/v1/ws", account.token});
  }
  if (auto ok = to_server.connect(targets); !ok) return ok;
  return to_echo.connect(std::vector<SocketTarget>(throughput_operators, {echo->port, "/", ""}));
}

Result<void> ThroughputContest::run_round(std::size_t number, std::size_t messages_each,
                                          bool counts) {
  const auto round = make_round(number, messages_each, conversations_in_turn);
  const auto messages = static_cast<double>(throughput_operators * messages_each);
  const auto timeout = std::chrono::seconds(300);

  const auto appends_before = read_metric(*http, "bitacora_appends_total");
  const double processor_before = processor_seconds(server->process().pid());
  const auto served = to_server.run(round, in_flight_max, timeout);
  if (!served) return served.error();
  const double processor_after = processor_seconds(server->process().pid());
  const auto appends_after = read_metric(*http, "bitacora_appends_total");
  if (served->refused + served->stray > 0) {
    return events::error(events::ErrorCode::Internal,
                         std::to_string(served->refused) + " commands were refused, " +
                             std::to_string(served->stray) + " answers were stray.");
  }
  sent += served->done;
  const auto echoed = to_echo.run(round, in_flight_max, timeout);
  if (!echoed) return echoed.error();
  const double batch = appends_before && appends_after && *appends_after > *appends_before
                           ? messages / (*appends_after - *appends_before)
                           : static_cast<double>(throughput_operators);
  const double raw_seconds = raw->write(throughput_operators * messages_each,
                                        static_cast<std::size_t>(std::lround(batch)));
  if (!counts) return {};
  server_rates.push_back(messages / served->seconds);
  echo_rates.push_back(messages / echoed->seconds);
  raw_rates.push_back(messages / raw_seconds);
  batch_sizes.push_back(batch);
  server_processor_seconds += processor_after - processor_before;
  server_seconds += served->seconds;
  options.say("  round " + std::to_string(number) + ": " + grouped(server_rates.back()) +
              "/s durable, " + grouped(echo_rates.back()) + "/s echoed, " +
              grouped(raw_rates.back()) + "/s raw, " + fixed(batch, 1) + " messages a sync");
  return {};
}

// Stops the server and counts what it has written: an answer is worth what the log says.
Result<std::uint64_t> ThroughputContest::messages_in_log() {
  const auto status = server->stop();
  if (!status || status->code != 0) {
    return events::error(events::ErrorCode::Internal, "The server did not stop as it should.");
  }
  auto log = events::open_rocksdb_log({.folder = scratch.path() / "data" / "log"});
  if (!log) return log.error();
  std::uint64_t count = 0;
  for (events::Position from(1);;) {
    const auto some = (*log)->read_all(from, 4096);
    if (!some) return some.error();
    if (some->empty()) return count;
    for (const auto& event : *some) {
      if (event->header.type == "MessageSent" && !event->header.command_id.empty()) ++count;
    }
    from = from.plus(some->size());
  }
}

}  // namespace

Rows measure_throughput(const BenchOptions& options) {
  const std::size_t rounds = options.quick ? 2 : 7;
  const std::size_t messages_each = options.quick ? 100 : 800;
  ThroughputContest contest(options);
  if (const auto ok = contest.prepare(); !ok) return ok.error();
  if (const auto ok = contest.run_round(0, messages_each, false); !ok) return ok.error();
  for (std::size_t round = 1; round <= rounds; ++round) {
    if (const auto ok = contest.run_round(round, messages_each, true); !ok) return ok.error();
  }
  const auto stored = contest.messages_in_log();
  if (!stored) return stored.error();
  if (*stored != contest.sent) {
    return events::error(events::ErrorCode::Internal,
                         std::to_string(contest.sent) + " messages were acknowledged, " +
                             std::to_string(*stored) + " are in the log.");
  }
  const double rate = median(contest.server_rates);
  const double echo = median(contest.echo_rates);
  const double raw = median(contest.raw_rates);
  const double ratio = rate / echo;
  const std::string workload =
      "64 operators over WebSocket, each up to 32 commands in flight, 1,000 conversations they "
      "attend; medians of " +
      std::to_string(rounds) + " rounds of " +
      grouped(static_cast<double>(throughput_operators * messages_each)) +
      " messages in turns with the echo and the raw batches, " +
      std::to_string(options.server_threads) + " threads a server, " +
      std::to_string(options.client_threads) + " of the client. All " +
      grouped(static_cast<double>(contest.sent)) +
      " commands were answered `done` and counted in the log after the stop; " +
      fixed(median(contest.batch_sizes), 1) + " messages a sync; the server used " +
      fixed(contest.server_processor_seconds / contest.server_seconds, 2) + " processors.";
  const std::string missed =
      ratio >= throughput_ratio_min
          ? ""
          : " Missed by " + fixed((1 - ratio / throughput_ratio_min) * 100, 0) + " %.";
  return std::vector<Row>{
      {"messages acknowledged durable", grouped(rate) + " /s",
       grouped(echo) + " /s echoed by bare Beast", fixed(ratio, 2), "0.35 of the echo",
       ratio >= throughput_ratio_min, workload + missed},
      {"the same, beside the disk", grouped(rate) + " /s",
       grouped(raw) + " /s in raw RocksDB batches", fixed(rate / raw, 2), "", std::nullopt,
       "The rows of as many messages (header, body, stream, head, command), as many to a synced "
       "batch as the server had, by RocksDB alone."},
  };
}

}  // namespace bitacora::bench
