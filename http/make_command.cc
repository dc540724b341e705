#include "http/make_command.h"

#include <functional>
#include <utility>

#include "actors/ask.h"
#include "actors/replay.h"
#include "events/limits.h"

namespace bitacora::http {

namespace {

// A command that the conversation answers as it did before, whatever it asks now.
events::Result<actors::ConversationCommand> answered_before() {
  actors::SendReply reply;
  reply.flaw = events::error(events::ErrorCode::NoSuchQuickReply, "It has been sent before.");
  return actors::ConversationCommand(std::move(reply));
}

}  // namespace

boost::asio::awaitable<events::Result<actors::ConversationCommand>> make_command(
    EdgePtr edge, events::ConversationId id, CallBody body, events::Viewer viewer,
    std::optional<actors::Idempotency> idempotency) {
  if (body.quick_reply_id) {
    // Views that do not get there in time have what they have.
    co_await edge->hub.reached(edge->options.log->last_position(), events::limits::at_least_wait);
  }
  if (!takes_disk(body, edge->call_sources())) {
    co_return to_command(id, std::move(body), viewer, edge->call_sources());
  }
  auto key =
      actors::key_of(events::StreamId::of(id), events::Who::of(viewer.id).to_string(), idempotency);
  std::function<events::Result<actors::ConversationCommand>()> make =
      [edge, id, body = std::move(body), viewer = std::move(viewer), key = std::move(key)] {
        if (actors::has_happened(*edge->options.log, key)) return answered_before();
        return to_command(id, body, viewer, edge->call_sources());
      };
  co_return co_await edge->file_workers.run<actors::ConversationCommand>(std::move(make));
}

}  // namespace bitacora::http
