// How every actor of ours behaves when something goes wrong, and how aggregates wait and rest.
#pragma once

#include <spdlog/spdlog.h>

#include <caf/actor_clock.hpp>
#include <caf/exit_reason.hpp>
#include <caf/local_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <string>
#include <utility>

#include "actors/actor_context.h"
#include "events/limits.h"

namespace bitacora::actors {

inline std::string describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "an exception of no known type";
  }
}

// An exception is a defect: it is logged and the actor quits. What it was working on is dropped,
// and so answered; an aggregate is rebuilt from the log when it is needed again.
template <class Self>
void log_death(Self self) {
  self->set_exception_handler([self](std::exception_ptr& failure) -> caf::error {
    spdlog::error("actor {} {} died: {}", self->name(), self->id(), describe(failure));
    return caf::exit_reason::unhandled_exception;
  });
}

// For an actor without which the process cannot go on.
template <class Self>
void die_with_process(Self self, const Fatal& fatal) {
  self->set_exception_handler([self, fatal](std::exception_ptr& failure) -> caf::error {
    fatal(std::string(self->name()) + " died: " + describe(failure));
    return caf::exit_reason::unhandled_exception;
  });
}

// Asks for the one answer without which nothing else can be decided; other messages wait in the
// mailbox, in their order. Without an answer, or after events::limits::append_timeout, the outcome
// is unknown: `on_failure` is called, then the actor quits, to be rebuilt from the log.
template <class Answer, class Self, class Handle, class Message, class OnAnswer, class OnFailure>
void await_answer(Self self, const Handle& whom, Message message, OnAnswer on_answer,
                  OnFailure on_failure) {
  const auto request = self->request(whom, caf::infinite, std::move(message));
  const PendingAnswerPtr& pending = self->state.pending;
  pending->begin(request.id().integer_value(), self->clock().now());
  request.await(
      [self, on_answer = std::move(on_answer)](Answer& answer) mutable {
        self->state.pending->end();
        on_answer(answer);
      },
      [self, on_failure = std::move(on_failure)](caf::error& failure) mutable {
        self->state.pending->end();
        spdlog::error("actor {} {} quits: an answer that it waited for did not come ({})",
                      self->name(), self->id(), self->system().render(failure));
        on_failure();
        self->quit(std::move(failure));
      });
}

template <class Answer, class Self, class Handle, class Message, class OnAnswer>
void await_answer(Self self, const Handle& whom, Message message, OnAnswer on_answer) {
  await_answer<Answer>(self, whom, std::move(message), std::move(on_answer), [] {});
}

// Whether reading the stream from the last snapshot would cost more than writing another.
inline bool is_worth_a_snapshot(events::Version newest, events::Version snapshot) {
  return newest.value() - snapshot.value() >= events::limits::snapshot_every_events;
}

}  // namespace bitacora::actors
