#include "tools/bench/load_driver.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace bitacora::bench {

namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

// The type and the id stand at the beginning of an answer; a result of some hundred bytes follows.
constexpr std::size_t answer_head_bytes = 160;

// The index at the end of the id, when the frame is an answer.
std::optional<std::size_t> answered_index(std::string_view head) {
  constexpr std::string_view mark = "\"id\":\"";
  const auto begin = head.find(mark);
  if (begin == std::string_view::npos) return std::nullopt;
  const auto end = head.find('"', begin + mark.size());
  const auto dash = head.rfind('-', end);
  if (end == std::string_view::npos || dash == std::string_view::npos) return std::nullopt;
  std::size_t index = 0;
  const auto [stop, failure] = std::from_chars(head.data() + dash + 1, head.data() + end, index);
  if (failure != std::errc() || stop != head.data() + end) return std::nullopt;
  return index;
}

}  // namespace

std::string load_id(std::size_t round, std::size_t socket, std::size_t index) {
  return "b" + std::to_string(round) + "-" + std::to_string(socket) + "-" + std::to_string(index);
}

// What one connection does, on its thread alone.
struct LoadDriver::Connection {
  std::shared_ptr<BenchSocket> socket{};
  asio::io_context* context = nullptr;
  Shared* shared = nullptr;
  std::shared_ptr<const LoadRound> round{};
  const std::vector<std::string>* frames = nullptr;  // ours of the round
  std::size_t in_flight_max = 0;
  std::size_t next = 0;
  std::size_t answered = 0;
  bool writing = false;
  std::vector<bool> seen{};
  LoadResult result{};

  void start(std::shared_ptr<const LoadRound> of, std::size_t number, std::size_t window) {
    round = std::move(of);
    frames = &round->frames[number];
    in_flight_max = window;
    next = 0;
    answered = 0;
    seen.assign(frames->size(), false);
    result = {};
    send();
  }

  void send() {
    if (writing || next == frames->size() || next - answered >= in_flight_max) return;
    writing = true;
    socket->write((*frames)[next++], [this] {
      writing = false;
      send();
    });
  }

  void received(std::string_view frame);
};

struct LoadDriver::Shared {
  std::vector<std::unique_ptr<asio::io_context>> contexts{};
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> stay{};
  std::vector<std::thread> threads{};
  std::vector<std::unique_ptr<Connection>> connections{};

  std::mutex mutex{};
  std::condition_variable changed{};
  std::size_t awaited = 0;  // connections that are not open, or not answered wholly
  LoadResult total{};       // of the connections that are
  std::string failure{};

  void one_less(const LoadResult& result) {
    const std::lock_guard lock(mutex);
    total.done += result.done;
    total.refused += result.refused;
    total.stray += result.stray;
    total.other_frames += result.other_frames;
    --awaited;
    changed.notify_all();
  }
  void fail(const std::string& what) {
    const std::lock_guard lock(mutex);
    if (failure.empty()) failure = what.empty() ? "closed" : what;
    changed.notify_all();
  }
  // Until no more than so many are awaited; an Error when the time is over or something failed.
  events::Result<void> wait(std::size_t until, Clock::time_point deadline) {
    std::unique_lock lock(mutex);
    changed.wait_until(lock, deadline, [&] { return awaited <= until || !failure.empty(); });
    if (!failure.empty()) return events::error(events::ErrorCode::Unavailable, failure);
    if (awaited <= until) return {};
    return events::error(events::ErrorCode::Unavailable,
                         std::to_string(awaited) + " connections still wait for an answer.");
  }
};

void LoadDriver::Connection::received(std::string_view frame) {
  const auto head = frame.substr(0, answer_head_bytes);
  const bool refused = head.find("\"type\":\"refused\"") != std::string_view::npos;
  const bool done = head.find("\"type\":\"done\"") != std::string_view::npos ||
                    head.find("\"type\":\"command\"") != std::string_view::npos;
  if (!refused && !done) {
    ++result.other_frames;
    return;
  }
  const auto index = answered_index(head);
  if (!index || *index >= next || seen[*index]) {
    ++result.stray;
    return;
  }
  seen[*index] = true;
  ++answered;
  ++(refused ? result.refused : result.done);
  if (answered == frames->size()) return shared->one_less(result);
  send();
}

LoadDriver::LoadDriver(std::size_t threads) : shared_(std::make_unique<Shared>()) {
  for (std::size_t i = 0; i < threads; ++i) {
    auto& context = *shared_->contexts.emplace_back(std::make_unique<asio::io_context>(1));
    shared_->stay.push_back(asio::make_work_guard(context));
    shared_->threads.emplace_back([&context] { context.run(); });
  }
}

LoadDriver::~LoadDriver() {
  for (auto& context : shared_->contexts) context->stop();
  for (auto& thread : shared_->threads) thread.join();
}

events::Result<void> LoadDriver::connect(const std::vector<SocketTarget>& targets,
                                         std::size_t at_once) {
  const auto deadline = Clock::now() + std::chrono::minutes(5);
  for (const auto& target : targets) {
    if (auto room = shared_->wait(at_once - 1, deadline); !room) return room;
    auto& connection = *shared_->connections.emplace_back(std::make_unique<Connection>());
    connection.context =
        shared_->contexts[shared_->connections.size() % shared_->contexts.size()].get();
    connection.shared = shared_.get();
    connection.socket = std::make_shared<BenchSocket>(*connection.context);
    connection.socket->on_frame = [&connection](std::string_view frame) {
      connection.received(frame);
    };
    connection.socket->on_failed = [this](const std::string& what) { shared_->fail(what); };
    {
      const std::lock_guard lock(shared_->mutex);
      ++shared_->awaited;
    }
    asio::post(*connection.context, [this, &connection, target] {
      connection.socket->open(target, [this] { shared_->one_less({}); });
    });
  }
  return shared_->wait(0, deadline);
}

events::Result<LoadResult> LoadDriver::run(const std::shared_ptr<const LoadRound>& round,
                                           std::size_t in_flight_max,
                                           std::chrono::seconds timeout) {
  BITACORA_INVARIANT(round->frames.size() == shared_->connections.size(),
                     "a round has frames for every socket");
  shared_->awaited = shared_->connections.size();
  shared_->total = {};
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < round->frames.size(); ++i) {
    auto& connection = *shared_->connections[i];
    asio::post(*connection.context, [&connection, round, i, in_flight_max] {
      connection.start(round, i, in_flight_max);
    });
  }
  if (const auto all = shared_->wait(0, begin + timeout); !all) return all.error();
  LoadResult total = shared_->total;
  total.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return total;
}

}  // namespace bitacora::bench
