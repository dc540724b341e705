// From a commit to the screens of 200 operators.
#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tools/bench/bench_socket.h"
#include "tools/bench/filler.h"
#include "tools/bench/measure.h"
#include "tools/bench/server_process.h"
#include "tools/bench/statistics.h"
#include "tools/http_client.h"

namespace bitacora::bench {

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using Clock = std::chrono::steady_clock;
using events::Result;

constexpr std::size_t watching_operators = 200;
constexpr double target_ms = 25;
// One contact may send 120 messages a minute.
constexpr std::size_t contacts = 10;

// The sockets of all operators on one thread, and when each saw the message that is awaited.
class Audience {
 public:
  Audience() {
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Audience() {
    context_.stop();
    thread_.join();
  }
  Audience(const Audience&) = delete;
  Audience& operator=(const Audience&) = delete;

  Result<void> connect(std::uint16_t port, const Company& company) {
    {
      const std::lock_guard lock(mutex_);
      awaited_ = company.operators.size();
      seen_at_.resize(awaited_);
    }
    asio::post(context_, [this, port, &company] {
      for (std::size_t i = 0; i < company.operators.size(); ++i) {
        auto socket = std::make_shared<BenchSocket>(context_);
        socket->on_frame = [this, i](std::string_view frame) { received(i, frame); };
        socket->on_failed = [this](const std::string& what) { fail(what); };
        socket->open({port, "/api/v1/ws", company.operators[i].token}, [this] { one_less(); });
      }
    });
    return wait();
  }

  // From now on a frame that holds the mark counts, once for each socket.
  void await(const std::string& mark) {
    const std::lock_guard lock(mutex_);
    mark_ = mark;
    awaited_ = seen_at_.size();
    std::fill(seen_at_.begin(), seen_at_.end(), Clock::time_point());
  }

  Result<void> wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(60),
                      [this] { return awaited_ == 0 || !failure_.empty(); });
    if (!failure_.empty()) return events::error(events::ErrorCode::Unavailable, failure_);
    if (awaited_ == 0) return {};
    return events::error(events::ErrorCode::Unavailable,
                         std::to_string(awaited_) + " operators were not told.");
  }

  // After wait().
  std::vector<Clock::time_point> seen_at() {
    const std::lock_guard lock(mutex_);
    return seen_at_;
  }

 private:
  void received(std::size_t socket, std::string_view frame) {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    if (mark_.empty() || seen_at_[socket] != Clock::time_point()) return;
    if (frame.find(mark_) == std::string_view::npos) return;
    seen_at_[socket] = now;
    if (--awaited_ == 0) changed_.notify_all();
  }
  void one_less() {
    const std::lock_guard lock(mutex_);
    if (--awaited_ == 0) changed_.notify_all();
  }
  void fail(const std::string& what) {
    const std::lock_guard lock(mutex_);
    failure_ = "A socket broke: " + what;
    changed_.notify_all();
  }

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> stay_ =
      asio::make_work_guard(context_);
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::string mark_{};
  std::size_t awaited_ = 0;
  std::vector<Clock::time_point> seen_at_{};
  std::string failure_{};
  std::thread thread_{};
};

struct Samples {
  std::vector<double> from_send_ms{};
  std::vector<double> from_answer_ms{};
};

// The visitors write in turn.
Result<Samples> take_samples(tools::HttpClient& http, const std::vector<Visitor>& visitors,
                             Audience& audience, const std::string& series, std::size_t count) {
  Samples samples;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string mark = series + "-" + std::to_string(i) + "-del-banco";
    http.set_bearer(visitors[i % visitors.size()].token);
    audience.await(mark);
    const auto sent_at = Clock::now();
    const auto answer =
        http.post("/api/v1/webchat/messages",
                  json::serialize(json::object{{"kind", "text"}, {"text", mark}}), mark);
    const auto answered_at = Clock::now();
    if (!answer) return answer.error();
    if (answer->status != 201) return events::error(events::ErrorCode::Internal, answer->body);
    if (const auto all = audience.wait(); !all) return all.error();
    for (const auto seen : audience.seen_at()) {
      const auto milliseconds = [&](Clock::time_point since) {
        return std::chrono::duration<double, std::milli>(seen - since).count();
      };
      samples.from_send_ms.push_back(milliseconds(sent_at));
      samples.from_answer_ms.push_back(std::max(0.0, milliseconds(answered_at)));
    }
  }
  return samples;
}

}  // namespace

Rows measure_push(const BenchOptions& options) {
  const std::size_t messages = options.quick ? 20 : 300;
  const ScratchFolder scratch(options, "push");
  Company company;
  std::vector<Visitor> visitors;
  {
    Filler filler(scratch.path() / "data");
    company = filler.add_company(watching_operators);
    filler.add_waiting(company, 100);
    visitors = filler.add_visitors(company, contacts);
    filler.finish();
  }
  auto server = ServerProcess::start({.program = options.program, .data = scratch.path() / "data"});
  if (!server) return server.error();
  auto http = tools::HttpClient::open((*server)->url());
  if (!http) return http.error();
  Audience audience;
  if (const auto all = audience.connect((*server)->port(), company); !all) return all.error();
  const auto warm = take_samples(**http, visitors, audience, "calienta", contacts);
  if (!warm) return warm.error();
  const auto samples = take_samples(**http, visitors, audience, "mide", messages);
  if (!samples) return samples.error();

  const double p99 = percentile(samples->from_send_ms, 0.99);
  return std::vector<Row>{
      {"commit to push at 200 connected operators, p99", fixed(p99, 2) + " ms",
       fixed(percentile(samples->from_send_ms, 0.5), 2) + " ms at p50", "", "25 ms",
       p99 <= target_ms,
       "Ten contacts write over HTTP into their waiting conversations, one message at a time; the "
       "time "
       "runs from before the request to the reading of the frame by each of the 200 operators, so "
       "it holds the request and the commit too and is an upper bound; " +
           grouped(static_cast<double>(messages)) + " messages, " +
           grouped(static_cast<double>(samples->from_send_ms.size())) +
           " receipts, all read by one thread. From the contact's answer on: p50 " +
           fixed(percentile(samples->from_answer_ms, 0.5), 2) + " ms, p99 " +
           fixed(percentile(samples->from_answer_ms, 0.99), 2) + " ms." +
           (p99 <= target_ms ? "" : " Missed by " + fixed(p99 - target_ms, 2) + " ms.")}};
}

}  // namespace bitacora::bench
