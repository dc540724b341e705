// The actors on one thread, each step chosen by the test: CAF's test coordinator over a real log
// and real views. Nothing runs, and no time passes, unless the test says so.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "actors/actor_context.h"
#include "events/rocksdb_log.h"
#include "tests/actors/people.h"

namespace bitacora::actors {

// A clock that stands still, or fails, as the test says.
class StageClock final : public events::Clock {
 public:
  [[nodiscard]] events::Instant now() const override {
    if (fails) throw std::runtime_error("the clock fails");
    return events::Instant::from_unix_ms(1'795'363'054'123);
  }
  bool fails = false;
};

// Appends that are held back until the test answers them.
struct HeldAppends {
  struct Held {
    events::AppendRequest request;
    caf::typed_response_promise<AppendAnswer> promise;
  };
  bool holds = false;
  std::deque<Held> held;
  std::function<AppendAnswer(const events::AppendRequest&)> answer;
};

// What came of one command.
template <class Outcome>
using Got = std::shared_ptr<std::optional<events::Result<Outcome>>>;

class Stage {
 public:
  Stage();
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Asks, and returns before anything has run.
  Got<ConversationOutcome> ask(const events::ConversationId& id, const events::OperatorId& who,
                               ConversationCommand command,
                               std::optional<Idempotency> idempotency = std::nullopt);
  Got<ConversationOutcome> write(const events::ContactId& contact, const std::string& text,
                                 std::optional<Idempotency> idempotency = std::nullopt,
                                 std::optional<events::Attachment> attachment = std::nullopt);
  Got<ContactOutcome> enrol(const std::string& name,
                            std::optional<Idempotency> idempotency = std::nullopt);
  Got<DirectoryOutcome> change(DirectoryCommand command);

  // Runs all there is to run.
  void run();
  // Runs one actor, any of those that are ready; false when none is.
  bool run_any(std::minstd_rand& random);
  void pass(std::chrono::milliseconds time);
  // The held appends happen now, in order, or are refused; then all there is to run is run.
  void release();
  void refuse(const events::Error& error);

  // As at the stop: nobody is to stay awake. Becomes true once nobody is.
  std::shared_ptr<bool> put_all_away();
  // As the follower does.
  void wake_queue(const events::DepartmentId& department);
  // A follower that has begun, and is told to stop before it knows how far the queues followed.
  void stop_a_follower_that_begins();

  // Each runs everything, and expects that it happens.
  events::ContactId contact();
  events::ConversationId conversation();
  std::vector<events::RecordedEventPtr> stream(const events::StreamId& id) const;
  [[nodiscard]] std::size_t actors_live() const { return counters->actors_live.load(); }
  [[nodiscard]] std::size_t in_flight() const { return traffic.in_flight(); }

  People people;
  std::shared_ptr<StageClock> clock = std::make_shared<StageClock>();
  HeldAppends appends;
  std::shared_ptr<ViewLag> lag = std::make_shared<ViewLag>(std::chrono::milliseconds(1));
  std::chrono::milliseconds actor_idle{60'000};

 private:
  struct Config : caf::actor_system_config {
    Config() { set("scheduler.policy", caf::atom("testing")); }
  };
  using Coordinator = caf::scheduler::test_coordinator;

  void found();
  void answer_held(std::function<AppendAnswer(const events::AppendRequest&)> answer);
  Coordinator& coordinator() { return dynamic_cast<Coordinator&>(system.scheduler()); }

  std::filesystem::path folder_;
  std::shared_ptr<events::Log> log_;
  std::shared_ptr<projections::Projector> projector_;
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  Traffic traffic;
  Config config;
  caf::actor_system system;
  ProjectorActor projector_actor_;
  LogActor log_actor_;
  ActorContextPtr context_;
  RegistryActor registry_;
  RescuerActor rescuer_;
};

}  // namespace bitacora::actors
