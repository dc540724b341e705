#include "actors/examination_actor.h"

#include <utility>

#include "actors/actor_conduct.h"

namespace bitacora::actors {

using events::ErrorCode;
using events::StreamId;
using events::Version;

namespace {

using Self = caf::stateful_actor<ExaminationState>*;
using AskPtr = std::shared_ptr<ExaminationAsk>;

// An attachment is attached once and examined once.
constexpr Version attached{1};
constexpr Version examined{2};

// The answer that does not come leaves the ask unanswered, which answers that the outcome is not
// known. There are few of these, so that each request may have its own timer.
void log_silence(Self self, const caf::error& failure) {
  spdlog::error("an examination is not noted for certain: an answer did not come ({})",
                self->system().render(failure));
}

events::Result<void> what_stands_there(const HeadsRead& read) {
  if (!read.versions) return read.versions.error();
  if (read.versions->front() == examined) return {};
  return events::error(ErrorCode::NotFound, "There is no such attachment.");
}

void look_at_stream(Self self, const ActorContextPtr& context, const AskPtr& ask) {
  const StreamId stream = StreamId::of(ask->attachment_id);
  self->request(context->loader_of(stream), events::limits::append_timeout, ReadHeads{{stream}})
      .then([ask](const HeadsRead& read) { ask->reply.give(what_stands_there(read)); },
            [self](const caf::error& failure) { log_silence(self, failure); });
}

std::shared_ptr<events::AppendRequest> request_of(const ExaminationAsk& ask, events::Instant now) {
  const StreamId stream = StreamId::of(ask.attachment_id);
  auto request = std::make_shared<events::AppendRequest>();
  request->conditions.push_back({stream, attached});
  request->events.push_back({stream, events::EventId::make(now), now, events::Who::system(),
                             std::nullopt, events::Event(events::AttachmentEvent(ask.examined))});
  return request;
}

}  // namespace

void examination_actor(Self self, ActorContextPtr context, std::shared_ptr<ExaminationAsk> ask) {
  log_death(self);
  const events::Instant now = context->clock->now();
  self->request(context->log, events::limits::append_timeout, Append{request_of(*ask, now)})
      .then(
          [self, context, ask](AppendAnswer& answer) {
            if (answer.appended) {
              ask->reply.give({});
            } else if (answer.appended.error().code == ErrorCode::VersionConflict) {
              look_at_stream(self, context, ask);
            } else {
              ask->reply.give(answer.appended.error());
            }
          },
          [self](const caf::error& failure) { log_silence(self, failure); });
}

}  // namespace bitacora::actors
