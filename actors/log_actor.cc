#include "actors/log_actor.h"

#include <utility>

#include "actors/actor_conduct.h"

namespace bitacora::actors {

namespace limits = events::limits;

namespace {

using Self = LogActor::stateful_pointer<LogActorState>;

// What a body can be as stored, at most: each byte of text escaped, and everything beside it.
constexpr std::size_t escaped_byte_bytes = 6;
constexpr std::size_t body_without_text_bytes = 1024;

std::size_t text_bytes(const events::Attachment& attachment) {
  return attachment.name.size() + attachment.mime.size();
}

std::size_t text_bytes(const events::MessageContent& content) {
  return content.text.size() + (content.attachment ? text_bytes(*content.attachment) : 0);
}

std::size_t text_bytes(const events::AttachmentEvent& event) {
  const auto* attached = std::get_if<events::AttachmentAttached>(&event);
  return attached ? text_bytes(attached->attachment)
                  : std::get<events::AttachmentExamined>(event).reason.size();
}

std::size_t text_bytes(const events::ConversationEvent& event) {
  if (const auto* sent = std::get_if<events::MessageSent>(&event)) return text_bytes(sent->content);
  if (const auto* received = std::get_if<events::MessageReceived>(&event)) {
    return text_bytes(received->content);
  }
  if (const auto* opened = std::get_if<events::ConversationOpened>(&event)) {
    return opened->contact_name.size() + opened->channel.size();
  }
  if (const auto* moved = std::get_if<events::ConversationTransferred>(&event)) {
    return moved->note.size();
  }
  return 0;
}

std::size_t bytes_at_most(const events::AppendRequest& request) {
  std::size_t bytes = 0;
  for (const events::NewEvent& event : request.events) {
    if (const auto* of_conversation = std::get_if<events::ConversationEvent>(&event.event)) {
      bytes += body_without_text_bytes + escaped_byte_bytes * text_bytes(*of_conversation);
    } else if (const auto* of_attachment = std::get_if<events::AttachmentEvent>(&event.event)) {
      bytes += body_without_text_bytes + escaped_byte_bytes * text_bytes(*of_attachment);
    } else {
      // The others are few; the decider bounds their texts as it does a message's.
      bytes += body_without_text_bytes + escaped_byte_bytes * 4 * limits::message_code_points_max;
    }
  }
  return bytes;
}

// What the views do not come to is not written, so that what is on its way to them stays bounded.
events::Error overloaded() {
  events::Error error = events::error(events::ErrorCode::Overloaded,
                                      "The server is far behind with what it has stored already.");
  error.retry_after_s = 1;
  return error;
}

void flush(Self self, events::Log& log, const ProjectorActor& projector, ViewLag& lag,
           Counters& counters) {
  LogActorState& state = self->state;
  if (state.requests.empty()) return;
  const auto requests = std::exchange(state.requests, {});
  auto promises = std::exchange(state.promises, {});
  state.events = 0;
  state.bytes = 0;
  if (!lag.wait_below_limit()) {
    for (auto& promise : promises) promise.deliver(AppendAnswer{overloaded()});
    return;
  }
  auto answers = log.append(requests);
  Committed committed;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i]) {
      const auto& happened = answers[i]->events;
      committed.events.insert(committed.events.end(), happened.begin(), happened.end());
    }
    promises[i].deliver(AppendAnswer{std::move(answers[i])});
  }
  if (committed.events.empty()) return;
  counters.batches.fetch_add(1, std::memory_order_relaxed);
  counters.events.fetch_add(committed.events.size(), std::memory_order_relaxed);
  lag.committed(committed.events.size());
  self->send(projector, std::move(committed));
}

}  // namespace

LogActor::behavior_type log_actor(Self self, std::shared_ptr<events::Log> log,
                                  ProjectorActor projector, std::shared_ptr<ViewLag> lag,
                                  std::shared_ptr<Counters> counters, Fatal fatal) {
  die_with_process(self, fatal);
  const auto write = [=] { flush(self, *log, projector, *lag, *counters); };
  return {
      [self, write](Append& message) {
        LogActorState& state = self->state;
        auto promise = self->make_response_promise<AppendAnswer>();
        const std::size_t bytes = bytes_at_most(*message.request);
        const bool fits =
            state.events + message.request->events.size() <= limits::batch_events_max &&
            state.bytes + bytes <= limits::batch_bytes_max;
        if (!fits) write();
        state.events += message.request->events.size();
        state.bytes += bytes;
        state.requests.push_back(std::move(*message.request));
        state.promises.push_back(promise);
        // Goes behind all that is in the mailbox already, which so becomes the same batch.
        if (!state.flush_is_due) {
          state.flush_is_due = true;
          self->send(self, Flush{});
        }
        return promise;
      },
      [self, write](Flush) {
        self->state.flush_is_due = false;
        write();
      },
      [write](Barrier) {
        write();
        return BarrierReached{};
      },
  };
}

}  // namespace bitacora::actors
