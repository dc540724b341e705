// An event of any aggregate, and the header that the log keeps with it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/attachment.h"
#include "events/contact.h"
#include "events/conversation.h"
#include "events/department_queue.h"
#include "events/directory.h"

namespace bitacora::events {

using Event = std::variant<ConversationEvent, ContactEvent, DepartmentQueueEvent, DirectoryEvent,
                           AttachmentEvent>;

enum class WhoKind : std::uint8_t { System, Contact, Operator };

// Who made it happen. As text "system", "contact:<uuid>", "operator:<uuid>".
struct Who {
  WhoKind kind{WhoKind::System};
  UuidBytes id{};

  static Who system() { return {}; }
  static Who of(const ContactId& id) { return {WhoKind::Contact, id.bytes()}; }
  static Who of(const OperatorId& id) { return {WhoKind::Operator, id.bytes()}; }

  [[nodiscard]] std::string to_string() const;
  static std::optional<Who> parse(std::string_view text);

  friend auto operator<=>(const Who&, const Who&) = default;
};

struct EventHeader {
  Position position;
  StreamId stream;
  Version version;
  EventId id;
  std::string type;          // "MessageSent"
  std::uint16_t schema = 1;  // of the body as stored; decoding upcasts
  Instant at;
  Who who;
  // The command that made it (CommandKey::id); empty: none.
  std::string command_id{};
  // The event that this one follows, for events that the system makes.
  std::optional<EventId> causation{};
  // The key that the body is encrypted with; empty: none.
  std::string key_id{};
  Sha256 body_sha256{};  // of the body as stored

  friend bool operator==(const EventHeader&, const EventHeader&) = default;
};

struct RecordedEvent {
  EventHeader header;
  Event event;

  [[nodiscard]] EventPlace place() const { return {header.position, header.version, header.at}; }
};

using RecordedEventPtr = std::shared_ptr<const RecordedEvent>;

}  // namespace bitacora::events
