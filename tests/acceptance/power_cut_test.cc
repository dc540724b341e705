// The power fails under the whole stack, actors, log and views, while clients write and retry with
// their keys; what was not synced is lost.
//
// Method: a runtime stands in this process on a log and views whose file system forgets at a cut
// what was not synced (tests/events/power_cut_file_system.h). Clients ask until the disk is cut at
// a random write, sync or change of a folder; then everything is let go, the disk restored, and the
// next round begins, in which each client repeats the command whose outcome it does not know. Views
// are disposable: now and then a cut loses them altogether.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <random>
#include <set>
#include <thread>

#include "actors/runtime.h"
#include "events/rocksdb_log.h"
#include "tests/acceptance/audit.h"
#include "tests/acceptance/serving.h"
#include "tests/events/power_cut_file_system.h"
#include "tools/bench/filler.h"

namespace bitacora::acceptance_test {

namespace {

constexpr std::size_t writing_operators = 8;
constexpr std::size_t contacts = 8;
constexpr int cuts = 50;

struct PowerIsCut {};

using CommandAnswer = events::Result<actors::ConversationOutcome>;

// A log whose process does not end when it cannot write any more, as the product's does: it answers
// nothing but "unknown" from then on, so that the actors over it can be let go.
class FallenLog final : public events::Log {
 public:
  explicit FallenLog(std::unique_ptr<events::Log> log) : log_(std::move(log)) {}

  std::vector<events::Result<events::Appended>> append(
      std::span<const events::AppendRequest> requests) override {
    try {
      if (!has_fallen_) return log_->append(requests);
    } catch (const PowerIsCut&) {
      has_fallen_ = true;
    }
    return std::vector<events::Result<events::Appended>>(
        requests.size(), events::error(events::ErrorCode::Unavailable, "The power is cut."));
  }
  events::Result<std::vector<events::RecordedEventPtr>> read_stream(
      const events::StreamId& stream, events::Version from, std::size_t count_max) const override {
    return log_->read_stream(stream, from, count_max);
  }
  events::Result<std::vector<events::RecordedEventPtr>> read_all(
      events::Position from, std::size_t count_max) const override {
    return log_->read_all(from, count_max);
  }
  events::Result<std::optional<events::StoredCommand>> find_command(
      const events::StreamId& scope, std::string_view id) const override {
    return log_->find_command(scope, id);
  }
  events::Result<events::Version> head(const events::StreamId& stream) const override {
    return log_->head(stream);
  }
  [[nodiscard]] events::Position last_position() const override { return log_->last_position(); }
  events::Position wait_past(events::Position after,
                             std::chrono::milliseconds timeout) const override {
    return log_->wait_past(after, timeout);
  }
  void write_snapshot(const events::StreamId& stream,
                      const events::StoredSnapshot& snapshot) override {
    if (!has_fallen_) log_->write_snapshot(stream, snapshot);
  }
  events::Result<std::optional<events::StoredSnapshot>> read_snapshot(
      const events::StreamId& stream) const override {
    return log_->read_snapshot(stream);
  }

 private:
  std::unique_ptr<events::Log> log_;
  std::atomic<bool> has_fallen_ = false;
};

// Asks one command and waits for its answer.
template <class Ask>
CommandAnswer wait_for(Ask&& ask) {
  auto answer = std::make_shared<std::promise<CommandAnswer>>();
  auto waiting = answer->get_future();
  ask([answer](CommandAnswer told) { answer->set_value(std::move(told)); });
  return waiting.get();
}

actors::Idempotency key(std::size_t number) {
  return {"k" + std::to_string(number), events::Fingerprint{static_cast<std::uint8_t>(number)}};
}

// An operator who replies, or a contact who writes, one message after the other.
struct Writer {
  std::string name;
  std::function<CommandAnswer(actors::Runtime&, std::size_t number, const std::string& text)> write;
  std::size_t next = 0;
  std::set<std::string> acknowledged{};

  // Until an outcome is unknown, which the next call asks for again; or until `enough`.
  void write_on_and_on(actors::Runtime& runtime, std::size_t enough) {
    for (const std::size_t end = next + enough; next < end; ++next) {
      const std::string text = name + " mensaje " + std::to_string(next);
      const auto told = write(runtime, next, text);
      if (!told) {
        EXPECT_EQ(told.error().code, events::ErrorCode::Unavailable) << told.error().detail;
        return;
      }
      EXPECT_EQ(told->message->text, text);
      acknowledged.insert(text);
    }
  }
};

class WholeStack {
 public:
  WholeStack() {
    bench::Filler filler(data_);
    const auto company = filler.add_company(writing_operators);
    const auto attended = filler.add_waiting(company, writing_operators);
    filler.claim_in_turn(company, attended);
    const auto visitors = filler.add_visitors(company, contacts);
    filler.finish();
    for (std::size_t i = 0; i < writing_operators; ++i) {
      const auto sender = company.operators[i].id;
      const auto id = attended[i];
      writers_.push_back(
          {"operador " + std::to_string(i),
           [sender, id](actors::Runtime& runtime, std::size_t number, const std::string& text) {
             return wait_for([&](auto done) {
               runtime.ask(id, sender, key(number), actors::SendReply{{text}}, done);
             });
           }});
    }
    for (std::size_t i = 0; i < contacts; ++i) {
      const auto id = visitors[i].id;
      writers_.push_back(
          {"contacto " + std::to_string(i),
           [id](actors::Runtime& runtime, std::size_t number, const std::string& text) {
             return wait_for([&](auto done) {
               runtime.ask(id, key(number), actors::ReceiveMessage{{text}}, done);
             });
           }});
    }
  }

  // Stands up, works until `operations` more of the disk, and falls.
  void work_until_cut(std::uint64_t operations) {
    disk_->cut_at(operations);
    run(100'000);
    disk_->cut();
  }
  void restore(std::uint64_t seed, bool lose_views) {
    disk_->restore(seed);
    if (lose_views) std::filesystem::remove_all(data_ / "views");
  }
  // Without a cut: every writer has its outcome.
  void work(std::size_t messages_each) { run(messages_each); }

  std::unique_ptr<events::Log> open_log() {
    auto log =
        events::open_rocksdb_log({.folder = data_ / "log",
                                  .free_space_watermark_bytes = 0,
                                  .on_write_error = [](const std::string&) { throw PowerIsCut(); },
                                  .file_system = disk_});
    if (!log && !disk_->is_cut()) ADD_FAILURE() << log.error().detail;
    return log ? std::move(*log) : nullptr;
  }
  [[nodiscard]] const std::filesystem::path& data() const { return data_; }
  // How often the views had less than the log when it stood up.
  [[nodiscard]] int times_behind() const { return times_behind_; }
  [[nodiscard]] std::set<std::string> acknowledged() const {
    std::set<std::string> all;
    for (const auto& writer : writers_) {
      all.insert(writer.acknowledged.begin(), writer.acknowledged.end());
    }
    return all;
  }

 private:
  void run(std::size_t messages_each) {
    auto opened = open_log();
    if (!opened) return;
    const auto log = std::make_shared<FallenLog>(std::move(opened));
    bool caught_up = false;
    auto projector = projections::Projector::open(
        data_ / "views", *log, [&](auto, auto) { caught_up = true; }, disk_);
    if (caught_up) ++times_behind_;
    if (!projector) {
      ASSERT_TRUE(disk_->is_cut()) << projector.error().detail;
      return;
    }
    const std::shared_ptr<projections::Projector> views = std::move(*projector);
    // The product's process ends when its views cannot be written; here what remains of it may do
    // nothing more.
    const auto runtime =
        actors::Runtime::start({.log = log,
                                .projector = views,
                                .clock = std::make_shared<events::SystemClock>(),
                                .on_fatal = [this](const std::string&) { disk_->cut(); }});
    std::vector<std::thread> threads;
    for (auto& writer : writers_) {
      threads.emplace_back([&] { writer.write_on_and_on(*runtime, messages_each); });
    }
    for (auto& thread : threads) thread.join();
    runtime->stop();
  }

  TemporaryFolder folder_;
  std::filesystem::path data_ = folder_.path() / "data";
  std::shared_ptr<events::PowerCutFileSystem> disk_ =
      std::make_shared<events::PowerCutFileSystem>(folder_.path() / "graveyard");
  std::vector<Writer> writers_{};
  int times_behind_ = 0;
};

}  // namespace

TEST(PowerCut, KeepsEveryAcknowledgedMessageOnceThroughTheWholeStack) {
  std::mt19937_64 random(random_seed());
  WholeStack stack;
  for (int cut = 0; cut < cuts; ++cut) {
    SCOPED_TRACE("cut " + std::to_string(cut));
    stack.work_until_cut(1 + random() % 300);
    stack.restore(random(), cut % 8 == 7);
    if (testing::Test::HasFatalFailure()) return;
  }
  // What was unknown at the last cut is asked for again, and more.
  stack.work(10);

  const auto log = stack.open_log();
  ASSERT_TRUE(log);
  const auto audit = audit_log(*log);
  const auto acknowledged = stack.acknowledged();
  std::cout << acknowledged.size() << " messages acknowledged, log at " << audit.last.value()
            << ", views behind it " << stack.times_behind() << " times" << std::endl;
  EXPECT_GT(stack.times_behind(), cuts / 5);
  EXPECT_GT(acknowledged.size(), 300U);
  for (const auto& text : acknowledged) {
    const auto found = audit.messages.find(text);
    EXPECT_EQ(found == audit.messages.end() ? 0 : found->second, 1) << text;
  }
  for (const auto& [text, count] : audit.messages) {
    if (text.find(" mensaje ") != std::string::npos) {
      EXPECT_EQ(count, 1) << text;
    }
  }
  EXPECT_EQ(audit.conversations.size(), writing_operators + contacts);
  expect_views_equal_rebuilt(stack.data(), *log);
}

}  // namespace bitacora::acceptance_test
