#include "actors/projector_actor.h"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>

#include "actors/actor_conduct.h"
#include "actors/department_queue_decider.h"

namespace bitacora::actors {

namespace limits = events::limits;

namespace {

using Self = ProjectorActor::stateful_pointer<ProjectorActorState>;

// Events announced at a time: with messages of ordinary length a frame that tells of all of them
// stays within limits::changes_frame_bytes_max, so that whoever sees everything is not sent to the
// views under load.
constexpr std::size_t announcement_events_max = 512;

// The steps of the span that the announcement is about, which tells where its conversations stood
// before and stand now.
std::vector<QueueStep> steps_of(std::span<const events::RecordedEventPtr> span,
                                const projections::Announcement& announcement) {
  std::unordered_map<events::ConversationId, const projections::ConversationChange*> changes;
  const auto change_of = [&](const events::ConversationId& id) {
    if (changes.empty()) {
      for (const auto& change : announcement.changes) changes.emplace(change.id, &change);
    }
    const auto found = changes.find(id);
    BITACORA_INVARIANT(found != changes.end(), "an announcement without a conversation of its own");
    return found->second;
  };
  const QueueSources sources{
      .facts_before = [&](const events::ConversationId& id) { return change_of(id)->before; },
      .waiting_since =
          [&](const events::ConversationId& id) { return change_of(id)->after.waiting_since; }};
  return queue_steps(span, sources);
}

void announce(const ProjectorDependencies& with, projections::AnnouncementPtr announcement) {
  if (!with.announce) return;
  try {
    with.announce(std::move(announcement));
  } catch (const std::exception& failure) {
    spdlog::error("whoever is told of changes threw: {}", failure.what());
  }
}

// Without steps the follower is told now and then, so that it need not read the log from far back
// when it starts again.
void tell_follower(Self self, events::Position to, std::vector<QueueStep> steps) {
  ProjectorActorState& state = self->state;
  const bool is_due = to.value() - state.told.value() >= limits::queue_followed_every_events;
  if (!state.follower || (steps.empty() && !is_due)) return;
  self->send(state.follower, QueueSteps{state.told, to, std::move(steps)});
  state.told = to;
}

// Whether an account may have ceased to attend, or one that had ceased was given a conversation by
// a command that did not know of it.
bool may_strand(const projections::Announcement& told) {
  return told.directory_changed ||
         std::ranges::any_of(told.changes, [&](const projections::ConversationChange& change) {
           return change.after.facts != change.before &&
                  is_stranded(change.after.facts, *told.directory);
         });
}

void tell_rescuer(Self self, const projections::Announcement& told) {
  const RescuerActor& rescuer = self->state.rescuer;
  if (rescuer && may_strand(told)) self->send(rescuer, LookForStranded{});
}

// How many of the span were applied; 0: the views cannot be written.
std::size_t apply_some(Self self, const ProjectorDependencies& with,
                       std::span<const events::RecordedEventPtr> span) {
  const auto announcement = with.projector->apply(span);
  if (!announcement) {
    with.fatal("the views cannot be written: " + announcement.error().detail);
    self->quit(caf::exit_reason::unhandled_exception);
    return 0;
  }
  const projections::Announcement& told = **announcement;
  const std::size_t count = told.to.value() - told.from.value();
  with.lag->applied(count);
  announce(with, *announcement);
  tell_follower(self, told.to, steps_of(span.first(count), told));
  tell_rescuer(self, told);
  return count;
}

void apply(Self self, const ProjectorDependencies& with) {
  self->state.apply_is_due = false;
  const auto gathered = std::exchange(self->state.gathered, {});
  std::span<const events::RecordedEventPtr> left = gathered;
  while (!left.empty()) {
    const std::size_t at_most = std::min(left.size(), announcement_events_max);
    const std::size_t count = apply_some(self, with, left.first(at_most));
    if (count == 0) return;
    left = left.subspan(count);
  }
}

}  // namespace

ProjectorActor::behavior_type projector_actor(Self self, ProjectorDependencies with) {
  die_with_process(self, with.fatal);
  self->state.told = with.projector->position();
  return {
      [self, with](Committed& committed) {
        ProjectorActorState& state = self->state;
        if (state.gathered.empty()) {
          state.gathered = std::move(committed.events);
        } else {
          state.gathered.insert(state.gathered.end(), committed.events.begin(),
                                committed.events.end());
        }
        if (state.gathered.size() >= limits::batch_events_max) apply(self, with);
        // Goes behind all batches that are in the mailbox already, which so become one.
        if (!state.gathered.empty() && !state.apply_is_due) {
          state.apply_is_due = true;
          self->send(self, Apply{});
        }
      },
      [self, with](Apply) { apply(self, with); },
      [self](const MeetFollower& meet) { self->state.follower = meet.follower; },
      [self](const MeetRescuer& meet) {
        self->state.rescuer = meet.rescuer;
        self->send(meet.rescuer, LookForStranded{});
      },
      [self, with](Barrier) {
        apply(self, with);
        return BarrierReached{};
      },
  };
}

}  // namespace bitacora::actors
