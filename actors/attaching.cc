#include "actors/attaching.h"

#include <utility>

namespace bitacora::actors {

using events::StreamId;

namespace {

void begin_stream(events::AppendRequest& request, events::AttachmentAttached attached,
                  events::Instant now, const events::Who& who) {
  const StreamId stream = StreamId::of(attached.attachment.id);
  request.conditions.push_back({stream, events::Version()});
  request.events.push_back({stream, events::EventId::make(now), now, who, std::nullopt,
                            events::Event(events::AttachmentEvent(std::move(attached)))});
}

const events::MessageContent* content_of(const events::ConversationEvent& event) {
  if (const auto* sent = std::get_if<events::MessageSent>(&event)) return &sent->content;
  if (const auto* received = std::get_if<events::MessageReceived>(&event)) {
    return &received->content;
  }
  return nullptr;
}

}  // namespace

void attach(events::AppendRequest& request, const events::ConversationId& id,
            std::span<const events::ConversationEvent> happens, events::Instant now,
            const events::Who& who) {
  for (const events::ConversationEvent& event : happens) {
    const events::MessageContent* content = content_of(event);
    if (content == nullptr || !content->attachment) continue;
    begin_stream(request, {*content->attachment, id, std::nullopt, content->voice}, now, who);
  }
}

void attach(events::AppendRequest& request, const events::QuickReplyId& id,
            const events::Attachment& attachment, events::Instant now, const events::Who& who) {
  begin_stream(request, {attachment, std::nullopt, id, false}, now, who);
}

std::vector<StreamId> attached_by(const events::AppendRequest& request) {
  std::vector<StreamId> streams;
  for (const events::Condition& condition : request.conditions) {
    if (condition.stream.kind == events::StreamKind::Attachment) {
      streams.push_back(condition.stream);
    }
  }
  return streams;
}

}  // namespace bitacora::actors
