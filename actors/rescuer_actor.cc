#include "actors/rescuer_actor.h"

#include <caf/send.hpp>
#include <utility>

#include "actors/actor_conduct.h"

namespace bitacora::actors {

namespace {

using Self = RescuerActor::stateful_pointer<RescuerActorState>;
using Stranded = std::vector<StrandedConversation>;

// Enough for one batch of the log, few enough that other commands do not feel them.
constexpr std::size_t releases_at_once = 64;
// The views have the releases by then, mostly; those that they do not have are told to do what is
// done already.
constexpr std::chrono::milliseconds pause_between_looks{20};
// After a failure (the log is full, an actor died) nothing is lost by waiting.
constexpr std::chrono::milliseconds pause_after_failure{1'000};

void look_on_after(Self self, std::chrono::milliseconds pause) {
  self->delayed_send(self, pause, LookOn{});
}

void take_answer(Self self, const ReleaseAnswered& answer) {
  RescuerActorState& state = self->state;
  if (answer.failure) state.failure = answer.failure;
  if (--state.unanswered > 0) return;
  const auto failure = std::exchange(state.failure, std::nullopt);
  if (failure) spdlog::warn("stranded conversations cannot be released yet: {}", failure->detail);
  look_on_after(self, failure ? pause_after_failure : pause_between_looks);
}

void release(Self self, const StrandedConversation& stranded) {
  const auto answer = [me = RescuerActor(self)](std::optional<events::Error> failure) {
    caf::anon_send(me, ReleaseAnswered{std::move(failure)});
  };
  if (auto refused = self->state.traffic->enter()) return answer(std::move(refused));
  const auto done = [answer](const events::Result<ConversationOutcome>& outcome) {
    answer(outcome ? std::nullopt : std::optional(outcome.error()));
  };
  auto ask = std::make_shared<ConversationAsk>(
      ConversationAsk{stranded.id, BySystem{ReleaseFrom{stranded.owner}}, std::nullopt,
                      Reply<ConversationOutcome>(done, *self->state.traffic)});
  self->send(self->state.registry, AskConversation{std::move(ask)});
}

void look(Self self);

void release_all(Self self, const Stranded& stranded) {
  RescuerActorState& state = self->state;
  if (stranded.empty()) {
    state.is_busy = false;
    if (state.told_again) look(self);
    return;
  }
  state.unanswered = stranded.size();
  for (const StrandedConversation& each : stranded) release(self, each);
}

void look(Self self) {
  RescuerActorState& state = self->state;
  state.is_busy = true;
  state.told_again = false;
  self->request(state.context->loaders.back(), caf::infinite, ReadStranded{releases_at_once})
      .then([self](const StrandedRead& read) { release_all(self, read.stranded); },
            [self](const caf::error&) { look_on_after(self, pause_after_failure); });
}

}  // namespace

RescuerActor::behavior_type rescuer_actor(Self self, RegistryActor registry,
                                          ActorContextPtr context, Traffic* traffic) {
  log_death(self);
  self->state.registry = std::move(registry);
  self->state.context = std::move(context);
  self->state.traffic = traffic;
  return {
      [self](LookForStranded) {
        if (self->state.is_busy) {
          self->state.told_again = true;
        } else {
          look(self);
        }
      },
      [self](LookOn) { look(self); },
      [self](const ReleaseAnswered& answer) { take_answer(self, answer); },
  };
}

}  // namespace bitacora::actors
