#include "projections/transcript.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "events/limits.h"
#include "projections/transcript_rows.h"

namespace bitacora::projections {

using namespace transcript_rows;
using events::ConversationId;
using events::Position;
using events::Version;

namespace {

// What all messages have, whoever they are from.
Message message_at(const events::EventHeader& header) {
  Message message;
  message.id = header.id;
  message.conversation_id = ConversationId(header.stream.id);
  message.version = header.version;
  message.position = header.position;
  message.changed = header.position;
  message.at = header.at;
  return message;
}

void take_content(Message& message, const events::MessageContent& content) {
  message.text = content.text;
  if (!content.attachment) return;
  message.kind = content.voice ? MessageKind::Voice : MessageKind::Attachment;
  message.attachment = MessageAttachment{*content.attachment};
}

Message message_from(const events::EventHeader& header, const events::MessageReceived& received) {
  Message message = message_at(header);
  message.from = MessageFrom::Contact;
  if (header.who.kind == events::WhoKind::Contact) {
    message.contact_id = events::ContactId(header.who.id);
  }
  message.delivery = Delivery::Accepted;
  take_content(message, received.content);
  return message;
}

Message message_from(const events::EventHeader& header, const events::MessageSent& sent) {
  Message message = message_at(header);
  message.from = MessageFrom::Operator;
  message.operator_id = sent.operator_id;
  message.delivery = Delivery::Sent;
  take_content(message, sent.content);
  return message;
}

Message message_from(const events::EventHeader& header,
                     const events::ConversationTransferred& transferred) {
  Message message = message_at(header);
  message.from = MessageFrom::System;
  if (header.who.kind == events::WhoKind::Operator) {
    message.operator_id = events::OperatorId(header.who.id);
  }
  message.kind = MessageKind::System;
  message.text = transferred.note;
  message.delivery = Delivery::Accepted;
  return message;
}

MessageAttachment examined(MessageAttachment attachment, const events::AttachmentExamined& found) {
  const bool done = found.outcome == events::ExaminationOutcome::Done;
  attachment.examination = done ? Examination::Done : Examination::Failed;
  attachment.thumbnail = found.thumbnail;
  attachment.duration_ms = found.duration_ms;
  attachment.waveform = found.waveform;
  attachment.renditions = found.renditions;
  return attachment;
}

}  // namespace

std::optional<Message> message_of(const events::RecordedEvent& event) {
  const auto* happened = std::get_if<events::ConversationEvent>(&event.event);
  if (happened == nullptr) return std::nullopt;
  if (const auto* received = std::get_if<events::MessageReceived>(happened)) {
    return message_from(event.header, *received);
  }
  if (const auto* sent = std::get_if<events::MessageSent>(happened)) {
    return message_from(event.header, *sent);
  }
  const auto* transferred = std::get_if<events::ConversationTransferred>(happened);
  if (transferred != nullptr && !transferred->note.empty()) {
    return message_from(event.header, *transferred);
  }
  return std::nullopt;
}

// The messages that the batch under way, or flushed last, has made or changed.
struct TranscriptProjection::Batch {
  std::vector<Message> messages;  // empty after the flush once they have been taken
  std::unordered_map<events::MessageId, std::size_t> places;
  bool flushed = true;

  void begin_if_flushed() {
    if (!std::exchange(flushed, false)) return;
    messages.clear();
    places.clear();
  }

  void take(Message message) {
    const auto [place, is_new] = places.try_emplace(message.id, messages.size());
    if (is_new) {
      messages.push_back(std::move(message));
    } else {
      messages[place->second] = std::move(message);
    }
  }
};

namespace {

// One event's changes to rows.
class Changes {
 public:
  Changes(ViewWriter& rows, Position position) : rows_(rows), position_(position) {}

  // Null when there is no such message, or `change` says that it stays as it is.
  template <class Change>
  std::optional<Message> change(const ConversationId& id, Version version, Change change) {
    const Key key = message_key(id, version);
    const auto row = rows_.get(key.view());
    if (!row) return std::nullopt;
    Message message = whole(decode_message(id, version, *row));
    if (!change(message)) return std::nullopt;
    if (message.changed != message.position) {
      rows_.erase_single(change_key(id, message.changed, version).view());
    }
    message.changed = position_;
    rows_.put(change_key(id, message.changed, version).view(), {});
    rows_.put(key.view(), encode_message(message));
    return message;
  }

  [[nodiscard]] Marks marks(const ConversationId& id) const {
    return whole(decode_marks(rows_.get(marks_key(id).view())));
  }

  [[nodiscard]] std::optional<AttachmentPlace> place(const events::AttachmentId& id) const {
    const auto row = rows_.get(attachment_key(id).view());
    return row ? std::optional(whole(decode_place(*row))) : std::nullopt;
  }

 private:
  template <class T>
  [[nodiscard]] T whole(events::Result<T>&& decoded) const {
    if (!decoded) rows_.report_damage(decoded.error().detail);
    return std::move(*decoded);
  }

  ViewWriter& rows_;
  Position position_;
};

bool set_delivery(Message& message, MessageFrom from, Delivery delivery) {
  if (message.from != from || message.delivery >= delivery) return false;
  message.delivery = delivery;
  return true;
}

}  // namespace

TranscriptProjection::TranscriptProjection() : batch_(std::make_unique<Batch>()) {}
TranscriptProjection::~TranscriptProjection() = default;

namespace {

// Applies one event; hands each message that it makes or changes to `take`.
template <class Take>
struct Apply {
  const events::RecordedEvent& event;
  ViewWriter& rows;
  Take take;

  void operator()(const events::AttachmentExamined& found) const {
    Changes changes(rows, event.header.position);
    const auto place = changes.place(events::AttachmentId(event.header.stream.id));
    if (!place) return;  // of a quick reply
    auto changed = changes.change(place->conversation_id, place->version, [&](Message& message) {
      message.attachment = examined(std::move(*message.attachment), found);
      return true;
    });
    if (changed) take(std::move(*changed));
  }

  void operator()(const events::ConversationRead& read) const {
    mark(&Marks::read_by_owner, read.up_to, MessageFrom::Contact, Delivery::Read);
  }
  void operator()(const events::MessagesDelivered& delivered) const {
    mark(&Marks::delivered, delivered.up_to, MessageFrom::Operator, Delivery::Delivered);
  }
  void operator()(const events::MessagesReadByContact& read) const {
    mark(&Marks::read_by_contact, read.up_to, MessageFrom::Operator, Delivery::Read);
  }

  // The others make a message or none.
  void operator()(const auto&) const {
    auto message = projections::message_of(event);
    if (!message) return;
    rows.put(message_key(message->conversation_id, message->version).view(),
             encode_message(*message));
    if (message->attachment) {
      const AttachmentPlace place{message->conversation_id, message->version};
      rows.put(attachment_key(message->attachment->file.id).view(), encode_place(place).view());
    }
    take(std::move(*message));
  }

 private:
  void mark(Version Marks::*which, Version up_to, MessageFrom from, Delivery delivery) const {
    const ConversationId id(event.header.stream.id);
    Changes changes(rows, event.header.position);
    Marks marks = changes.marks(id);
    if (up_to <= marks.*which) return;
    for (Version version = (marks.*which).next(); version <= up_to; version = version.next()) {
      auto changed = changes.change(
          id, version, [&](Message& message) { return set_delivery(message, from, delivery); });
      if (changed) take(std::move(*changed));
    }
    marks.*which = up_to;
    // What was read was delivered.
    marks.delivered = std::max(marks.delivered, marks.read_by_contact);
    rows.put(marks_key(id).view(), encode_marks(marks).view());
  }
};

}  // namespace

void TranscriptProjection::apply(const events::RecordedEvent& event, ViewWriter& rows) {
  batch_->begin_if_flushed();
  const auto take = [this](Message message) { batch_->take(std::move(message)); };
  const Apply<decltype(take)> apply{event, rows, take};
  if (const auto* happened = std::get_if<events::ConversationEvent>(&event.event)) {
    std::visit(apply, *happened);
  } else if (const auto* of_attachment = std::get_if<events::AttachmentEvent>(&event.event)) {
    std::visit(apply, *of_attachment);
  }
}

void TranscriptProjection::flush(ViewWriter&) {
  batch_->begin_if_flushed();
  batch_->flushed = true;
}

bool TranscriptProjection::is_full() const {
  return !batch_->flushed && batch_->messages.size() >= events::limits::announced_messages_max;
}

std::vector<Message> TranscriptProjection::take_changes() {
  std::vector<Message> changes = std::move(batch_->messages);
  std::ranges::sort(changes, {}, [](const Message& message) {
    return std::pair(message.changed, message.version);
  });
  return changes;
}

}  // namespace bitacora::projections
