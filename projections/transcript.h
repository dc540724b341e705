// The transcript: the messages of each conversation, in order, as they are now. A message changes
// when its attachment has been examined, and when it is delivered or read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.h"
#include "projections/projection.h"

namespace bitacora::projections {

enum class MessageKind : std::uint8_t { Text, Attachment, Voice, System };
enum class MessageFrom : std::uint8_t { Contact, Operator, System };
// Of an operator's message: sent once it is durable, then delivered and read by the contact. Of a
// contact's: accepted once it is durable, then read by the conversation's owner.
enum class Delivery : std::uint8_t { Accepted, Sent, Delivered, Read };
enum class Examination : std::uint8_t { Pending, Done, Failed };

// As rows and the wire name them: "contact", "voice", "delivered", "pending".
std::string_view name_of(MessageFrom from);
std::string_view name_of(MessageKind kind);
std::string_view name_of(Delivery delivery);
std::string_view name_of(Examination examination);

// A file, and what is known of what is in it.
struct MessageAttachment {
  events::Attachment file;
  Examination examination{};
  bool thumbnail = false;  // there is one
  std::optional<std::uint64_t> duration_ms{};
  std::vector<std::uint8_t> waveform{};
  bool renditions = false;  // there are some
  friend bool operator==(const MessageAttachment&, const MessageAttachment&) = default;
};

// A message as a row. Names are not in it: they are asked of the directory when it is shown, so
// that a renamed operator is renamed everywhere.
struct Message {
  events::MessageId id;
  events::ConversationId conversation_id;
  events::Version version;
  events::Position position;
  // Of the last event that changed it; its own position until there is one.
  events::Position changed;
  events::Instant at;
  MessageFrom from{};
  std::optional<events::OperatorId> operator_id{};  // who wrote it, but for contacts
  std::optional<events::ContactId> contact_id{};    // with MessageFrom::Contact
  MessageKind kind{};
  std::string text;                               // with an attachment: the caption
  std::optional<MessageAttachment> attachment{};  // with MessageKind::Attachment and Voice
  Delivery delivery{};
  friend bool operator==(const Message&, const Message&) = default;
};

// The message that an event tells of, as it is at first; nullopt for events that are none. A
// transfer with a note gives a System message, which contacts never see. Pure.
std::optional<Message> message_of(const events::RecordedEvent& event);

class TranscriptProjection final : public Projection {
 public:
  TranscriptProjection();
  ~TranscriptProjection() override;
  [[nodiscard]] std::string_view name() const override { return "transcript"; }
  [[nodiscard]] std::uint32_t version() const override { return 4; }
  void apply(const events::RecordedEvent& event, ViewWriter& rows) override;
  void flush(ViewWriter& rows) override;
  [[nodiscard]] bool is_full() const override;
  // The messages that the batch that was flushed last made or changed, as they are now, in the
  // order of their changes. Once, before the next apply().
  [[nodiscard]] std::vector<Message> take_changes();

 private:
  struct Batch;
  std::unique_ptr<Batch> batch_;
};

// Queries; each reads through a ViewReader of the transcript's store.

// Newest first, at most `count_max`, of versions below `before` (nullopt: from the newest).
std::vector<Message> messages_before(const ViewReader& rows, const events::ConversationId& id,
                                     std::optional<events::Version> before, std::size_t count_max);

// The messages that are new or have changed since `after`: those with after < changed <= up_to, in
// the order of their changes; at most `count_max`, and those beyond that changed at the same
// position as the last of them. One that changes again past `up_to`, where the rows may be already,
// is told there: here it is as it was at first, if it has come since `after`.
std::vector<Message> messages_between(const ViewReader& rows, const events::ConversationId& id,
                                      events::Position after, events::Position up_to,
                                      std::size_t count_max);

// How many those are, at most `count_max`, without reading what they say.
std::size_t count_between(const ViewReader& rows, const events::ConversationId& id,
                          events::Position after, events::Position up_to, std::size_t count_max);

}  // namespace bitacora::projections
