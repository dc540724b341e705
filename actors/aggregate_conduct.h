// What all aggregates do alike: wake from the log, answer a command that came before, and decide
// again when somebody else's append came first.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "actors/actor_conduct.h"

namespace bitacora::actors {

// Asks the loader for the state and hands it to `take` (a Hydrated<State>&); quits when it cannot
// be read. Until then messages wait.
template <class State, class Self, class Load, class Take>
void hydrate(Self self, const LoaderActor& loader, Load load, Take take) {
  await_answer<Loaded<State>>(self, loader, std::move(load),
                              [self, take = std::move(take)](Loaded<State>& loaded) mutable {
                                if (loaded.hydrated) {
                                  take(*loaded.hydrated);
                                  return;
                                }
                                spdlog::error("actor {} {} cannot be rebuilt: {}", self->name(),
                                              self->id(), loaded.hydrated.error().detail);
                                self->quit(caf::exit_reason::unhandled_exception);
                              });
}

// Gives the answer that the command was given when it came before; when it did not, calls
// `otherwise`, which gives another.
template <class Outcome, class Self, class Recall, class AskPtr, class Otherwise>
void recall_or(Self self, const LoaderActor& loader, Recall recall, AskPtr ask,
               Otherwise otherwise) {
  await_answer<Recalled<Outcome>>(
      self, loader, std::move(recall),
      [ask = std::move(ask), otherwise = std::move(otherwise)](Recalled<Outcome>& recalled) {
        if (!recalled.outcome) {
          ask->reply.give(recalled.outcome.error());
        } else if (*recalled.outcome) {
          ask->reply.give(std::move(**recalled.outcome));
        } else {
          otherwise();
        }
      });
}

// The log said that the command came before, so that it is found, or something is damaged.
template <class Outcome, class Self, class Recall, class AskPtr>
void recall(Self self, const LoaderActor& loader, Recall recall, const AskPtr& ask) {
  recall_or<Outcome>(self, loader, std::move(recall), ask, [ask] {
    ask->reply.give(events::error(events::ErrorCode::Corrupt, "What came before is not found."));
  });
}

// Whether to decide once more after an append met another that nobody knew of: one whose outcome
// was not known when the actor was rebuilt. If that went on too long, answers, and quits.
template <class Self, class AskPtr>
bool may_decide_again(Self self, const AskPtr& ask, int attempt) {
  if (attempt < events::limits::decide_attempts_max) return true;
  ask->reply.give(outcome_unknown());
  self->quit(caf::exit_reason::unhandled_exception);
  return false;
}

// After an append that attaches files met another: when one of the files is somebody's already, no
// other try will do, and AttachmentUsed is answered. (Was it the same command that came before, the
// log would have said so; a first message asks its contact before.) Otherwise calls `again`.
template <class Self, class AskPtr, class Again>
void settle_conflict(Self self, const LoaderActor& loader, std::vector<events::StreamId> attached,
                     AskPtr ask, Again again) {
  if (attached.empty()) return again();
  await_answer<HeadsRead>(
      self, loader, ReadHeads{std::move(attached)},
      [ask = std::move(ask), again = std::move(again)](HeadsRead& read) {
        const auto is_used = [](events::Version head) { return head != events::Version(); };
        if (!read.versions) {
          ask->reply.give(read.versions.error());
        } else if (std::ranges::any_of(*read.versions, is_used)) {
          ask->reply.give(events::error(events::ErrorCode::AttachmentUsed,
                                        "The attachment belongs to another message."));
        } else {
          again();
        }
      });
}

}  // namespace bitacora::actors
