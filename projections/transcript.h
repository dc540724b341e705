// The transcript: the messages of each conversation, in order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/event.h"
#include "projections/projection.h"

namespace bitacora::projections {

enum class MessageKind : std::uint8_t { Text, System };
enum class MessageFrom : std::uint8_t { Contact, Operator, System };

// A message as a row. Names are not in it: they are asked of the directory when it is shown, so
// that a renamed operator is renamed everywhere.
struct Message {
  events::MessageId id;
  events::ConversationId conversation_id;
  events::Version version;
  events::Position position;
  events::Instant at;
  MessageFrom from{};
  std::optional<events::OperatorId> operator_id{};  // with MessageFrom::Operator
  std::optional<events::ContactId> contact_id{};    // with MessageFrom::Contact
  MessageKind kind{};
  std::string text;
  friend bool operator==(const Message&, const Message&) = default;
};

// The message that an event tells of; nullopt for events that are none. A transfer with a note
// gives a System message, which contacts never see. Pure.
std::optional<Message> message_of(const events::RecordedEvent& event);

class TranscriptProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "transcript"; }
  [[nodiscard]] std::uint32_t version() const override { return 1; }
  void apply(const events::RecordedEvent& event, ViewWriter& rows) override;
};

// Queries; each reads through a ViewReader of the transcript's store.

// Newest first, at most `count_max`, of versions below `before` (nullopt: from the newest).
std::vector<Message> messages_before(const ViewReader& rows, const events::ConversationId& id,
                                     std::optional<events::Version> before, std::size_t count_max);

// Oldest first, those with after < position <= up_to; at most `count_max`.
std::vector<Message> messages_between(const ViewReader& rows, const events::ConversationId& id,
                                      events::Position after, events::Position up_to,
                                      std::size_t count_max);

}  // namespace bitacora::projections
