#include "actors/follower_actor.h"

#include <algorithm>
#include <map>
#include <utility>

#include "actors/actor_conduct.h"

namespace bitacora::actors {

namespace limits = events::limits;
using events::Position;

namespace {

using Self = FollowerActor::stateful_pointer<FollowerActorState>;

// After a failure (the log is full, a queue died) nothing is lost by waiting.
constexpr std::chrono::seconds pause_after_failure{1};
// While it reads the log it pauses three times as long as it worked, so that it takes a quarter of
// one core at most.
constexpr int pause_per_work = 3;

void next_round(Self self);

const LoaderActor& loader(Self self) { return self->state.context->loaders.back(); }

void keep_followed(Self self) {
  FollowerActorState& state = self->state;
  if (state.kept == state.followed) return;
  state.kept = state.followed;
  self->send(loader(self), SaveFollowed{state.followed});
}

bool answer_if_stopped(Self self) {
  FollowerActorState& state = self->state;
  if (!state.stops) return false;
  keep_followed(self);
  for (auto& promise : state.stopped) promise.deliver(BarrierReached{});
  state.stopped.clear();
  return true;
}

void read_on_after(Self self, std::chrono::steady_clock::duration pause) {
  self->delayed_send(self, std::chrono::duration_cast<std::chrono::milliseconds>(pause), CatchUp{});
}

void end_round(Self self) {
  FollowerActorState& state = self->state;
  state.is_busy = false;
  if (state.round_failed) {
    // What was not followed is read again.
    state.reads_log = true;
    state.gathered.clear();
    if (!answer_if_stopped(self)) read_on_after(self, pause_after_failure);
    return;
  }
  state.followed = std::max(state.followed, state.round_to);
  if (state.followed.value() - state.kept.value() >= limits::queue_followed_every_events) {
    keep_followed(self);
  }
  next_round(self);
}

// Tells each queue its steps and waits until all have followed.
void begin_round(Self self, const std::vector<QueueStep>& steps, Position to) {
  FollowerActorState& state = self->state;
  std::map<events::DepartmentId, std::vector<QueueStep>> by_department;
  for (const QueueStep& step : steps) {
    by_department[step.department_id].push_back(step);
  }
  state.is_busy = true;
  state.round_failed = false;
  state.round_to = to;
  state.unanswered = by_department.size();
  if (by_department.empty()) {
    end_round(self);
    return;
  }
  const auto answered = [self](bool failed) {
    self->state.round_failed = self->state.round_failed || failed;
    if (--self->state.unanswered == 0) end_round(self);
  };
  for (auto& [department_id, of_department] : by_department) {
    self->request(state.registry, caf::infinite, Follow{department_id, std::move(of_department)})
        .then([answered](const FollowedSteps&) { answered(false); },
              [answered](const caf::error&) { answered(true); });
  }
}

// One page of the log; the last one leads over to being told.
void read_page(Self self) {
  FollowerActorState& state = self->state;
  if (state.is_busy || answer_if_stopped(self)) return;
  state.is_busy = true;
  state.round_began = std::chrono::steady_clock::now();
  self->request(loader(self), caf::infinite, ReadSteps{state.followed})
      .then(
          [self](StepsRead& read) {
            if (!read.page) {
              spdlog::error("the queues cannot follow: {}", read.page.error().detail);
              self->state.round_failed = true;
              end_round(self);
              return;
            }
            if (read.page->last && read.page->to >= self->state.told_to) {
              self->state.reads_log = false;
            }
            begin_round(self, read.page->steps, read.page->to);
          },
          [self](const caf::error&) {
            self->state.round_failed = true;
            end_round(self);
          });
}

void next_round(Self self) {
  FollowerActorState& state = self->state;
  if (state.reads_log) {
    if (answer_if_stopped(self)) return;
    read_on_after(self, pause_per_work * (std::chrono::steady_clock::now() - state.round_began));
  } else if (state.gathered_to > state.followed) {
    auto steps = std::exchange(state.gathered, {});
    begin_round(self, steps, state.gathered_to);
  } else {
    answer_if_stopped(self);
  }
}

void take_steps(Self self, QueueSteps& told) {
  FollowerActorState& state = self->state;
  state.told_to = told.to;
  if (state.reads_log) return;
  const Position reached = std::max(state.followed, state.is_busy ? state.round_to : Position());
  const bool has_gap = told.from > std::max(reached, state.gathered_to);
  if (has_gap || state.gathered.size() + told.steps.size() > limits::queue_steps_waiting_max) {
    state.reads_log = true;
    state.gathered.clear();
    if (!state.is_busy) self->send(self, CatchUp{});
    return;
  }
  // Steps may be told that were read from the log already; the queues ignore those.
  std::move(told.steps.begin(), told.steps.end(), std::back_inserter(state.gathered));
  state.gathered_to = told.to;
  if (!state.is_busy) next_round(self);
}

// Wakes the queues of all departments, so that their figures are known, and begins to read.
void begin(Self self) {
  self->request(loader(self), caf::infinite, LoadFollowed{}).then([self](Followed& followed) {
    FollowerActorState& state = self->state;
    if (followed.position) state.followed = *followed.position;
    state.kept = state.followed;
    if (state.stops) return;
    const auto directory = state.context->directory->read();
    for (const auto& [id, department] : directory->departments) {
      self->request(state.registry, caf::infinite, Follow{id, {}})
          .then([](const FollowedSteps&) {}, [](const caf::error&) {});
    }
    self->send(self, CatchUp{});
  });
}

}  // namespace

FollowerActor::behavior_type follower_actor(Self self, RegistryActor registry,
                                            ActorContextPtr context) {
  log_death(self);
  self->state.registry = std::move(registry);
  self->state.context = std::move(context);
  begin(self);
  return {
      [self](QueueSteps& told) { take_steps(self, told); },
      [self](CatchUp) {
        if (self->state.reads_log) read_page(self);
      },
      [self](StopFollowing) {
        auto promise = self->make_response_promise<BarrierReached>();
        self->state.stops = true;
        self->state.stopped.push_back(promise);
        if (!self->state.is_busy) answer_if_stopped(self);
        return promise;
      },
  };
}

}  // namespace bitacora::actors
