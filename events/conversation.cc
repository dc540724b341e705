#include "events/conversation.h"

#include <algorithm>
#include <cstdio>

#include "events/error.h"
#include "events/limits.h"
#include "events/text.h"

namespace bitacora::events {

namespace {

constexpr std::string_view recording_sign = "🎙";

std::string preview_of(const MessageContent& content) {
  if (!content.attachment) return content.text;
  if (content.voice) return std::string(recording_sign);
  return "📎 " + content.attachment->name;
}

// "🎙 0:12"; what has begun to last a second is a second long.
std::string recording_preview(std::uint64_t duration_ms) {
  constexpr std::uint64_t second_ms = 1'000;
  const std::uint64_t seconds = (duration_ms + second_ms - 1) / second_ms;
  char length[32];
  std::snprintf(length, sizeof length, " %llu:%02llu",
                static_cast<unsigned long long>(seconds / 60),
                static_cast<unsigned long long>(seconds % 60));
  return std::string(recording_sign) + length;
}

void note_message(ConversationState& state, const MessageContent& content, Instant at) {
  const std::string preview = preview_of(content);
  state.preview = first_code_points(preview, limits::preview_code_points_max);
  state.last_recording.reset();
  if (content.attachment && content.voice) state.last_recording = content.attachment->id;
  state.last_message_at = at;
}

// A conversation that waits already keeps its place in the order: the contact has waited since
// then, whichever department it is in now.
void begin_to_wait(ConversationState& state, Instant at) {
  state.facts.status = ConversationStatus::Waiting;
  state.facts.owner.reset();
  if (!state.waiting_since) state.waiting_since = at;
}

void begin_to_attend(ConversationState& state, const OperatorId& owner) {
  state.facts.status = ConversationStatus::Attending;
  state.facts.owner = owner;
  state.waiting_since.reset();
}

struct EvolveConversation {
  ConversationState& state;
  const EventPlace& place;

  void operator()(const ConversationOpened& event) const {
    state.facts.department_id = event.department_id;
    state.contact_id = event.contact_id;
    state.contact_name = event.contact_name;
    state.channel = event.channel;
    state.opened_at = place.at;
    state.last_message_at = place.at;
    begin_to_wait(state, place.at);
  }
  void operator()(const MessageReceived& event) const {
    note_message(state, event.content, place.at);
    ++state.unread;
    state.last_received = place.version;
  }
  void operator()(const MessageSent& event) const {
    note_message(state, event.content, place.at);
    state.unread = 0;
    state.last_sent = place.version;
  }
  void operator()(const ConversationClaimed& event) const {
    begin_to_attend(state, event.operator_id);
  }
  void operator()(const ConversationReleased&) const { begin_to_wait(state, place.at); }
  void operator()(const ConversationTransferred& event) const {
    state.facts.department_id = event.department_id;
    if (event.operator_id) {
      begin_to_attend(state, *event.operator_id);
    } else {
      begin_to_wait(state, place.at);
    }
  }
  void operator()(const ConversationClosed&) const {
    state.facts.status = ConversationStatus::Closed;
    state.waiting_since.reset();
  }
  void operator()(const ConversationReopened& event) const {
    if (event.operator_id) {
      begin_to_attend(state, *event.operator_id);
    } else {
      begin_to_wait(state, place.at);
    }
  }
  void operator()(const ConversationRead& event) const {
    state.unread = 0;
    state.read_up_to = event.up_to;
  }
  void operator()(const MessagesDelivered& event) const { state.delivered_up_to = event.up_to; }
  void operator()(const MessagesReadByContact& event) const {
    state.contact_read_up_to = event.up_to;
    state.delivered_up_to = std::max(state.delivered_up_to, event.up_to);
  }
};

}  // namespace

std::string_view status_name(ConversationStatus status) {
  switch (status) {
    case ConversationStatus::None:
      return "none";
    case ConversationStatus::Waiting:
      return "waiting";
    case ConversationStatus::Attending:
      return "attending";
    case ConversationStatus::Closed:
      return "closed";
  }
  invariant_broken("a conversation status without a name", __FILE__, __LINE__);
}

ConversationState evolve(ConversationState state, const ConversationEvent& event,
                         const EventPlace& place) {
  std::visit(EvolveConversation{state, place}, event);
  state.version = place.version;
  state.position = place.position;
  return state;
}

ConversationState with_examination(ConversationState state, const AttachmentId& id,
                                   const AttachmentExamined& examined, Position position) {
  if (state.last_recording == id && examined.duration_ms) {
    state.preview = recording_preview(*examined.duration_ms);
  }
  state.position = position;
  return state;
}

}  // namespace bitacora::events
