// Strong identifiers: 128-bit ids in UUIDv7 form, and the counters of the log.
//
// Values of different types neither convert to nor compare with each other or with raw values,
// so an operator's id cannot be handed in where a conversation's is meant. All are plain values:
// copying is cheap, reading from several threads is safe.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/time.h"

namespace bitacora::events {

// 16 bytes, big-endian, as RFC 9562 lays a UUID out. Ordered by bytes, so that the ids that
// new_uuid() makes sort by the time of their making.
using UuidBytes = std::array<std::uint8_t, 16>;

// A new UUIDv7 (RFC 9562, section 5.7, with the counter of method 1 in rand_a): ids made by one
// thread for the same or a growing `now` ascend strictly. Thread-safe, does not block.
UuidBytes new_uuid(Instant now);

// The canonical 36-character lower-case form.
std::string format_uuid(const UuidBytes& bytes);

// Accepts the canonical 36-character form in lower case only; nullopt for everything else.
std::optional<UuidBytes> parse_uuid(std::string_view text);

template <class Tag>
class Id {
 public:
  // The nil id, which names nothing.
  constexpr Id() = default;
  constexpr explicit Id(const UuidBytes& bytes) : bytes_(bytes) {}

  static Id make(Instant now) { return Id(new_uuid(now)); }

  static std::optional<Id> parse(std::string_view text) {
    const auto bytes = parse_uuid(text);
    return bytes ? std::optional<Id>(Id(*bytes)) : std::nullopt;
  }

  [[nodiscard]] const UuidBytes& bytes() const { return bytes_; }
  [[nodiscard]] std::string to_string() const { return format_uuid(bytes_); }
  [[nodiscard]] bool is_nil() const { return bytes_ == UuidBytes{}; }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  UuidBytes bytes_{};
};

using ConversationId = Id<struct ConversationTag>;
using ContactId = Id<struct ContactTag>;
using OperatorId = Id<struct OperatorTag>;
using DepartmentId = Id<struct DepartmentTag>;
using QuickReplyId = Id<struct QuickReplyTag>;
using AttachmentId = Id<struct AttachmentTag>;
using EventId = Id<struct EventTag>;

// A message is the event that tells of it, so it carries that event's id.
using MessageId = EventId;

// A count that is not interchangeable with another. Starts at 0, which means "none yet": the first
// event of the log has position 1, the first event of a stream has version 1.
template <class Tag>
class Counter {
 public:
  constexpr Counter() = default;
  constexpr explicit Counter(std::uint64_t value) : value_(value) {}

  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }
  [[nodiscard]] constexpr Counter next() const { return Counter(value_ + 1); }
  [[nodiscard]] constexpr Counter plus(std::uint64_t count) const {
    return Counter(value_ + count);
  }

  friend constexpr auto operator<=>(const Counter&, const Counter&) = default;

 private:
  std::uint64_t value_ = 0;
};

// Where an event stands in the whole log. Gapless, never used twice.
using Position = Counter<struct PositionTag>;
// Where an event stands in its stream. Gapless.
using Version = Counter<struct VersionTag>;

// The aggregates that have streams. The values are stored: never renumber.
enum class StreamKind : std::uint8_t {
  Conversation = 1,
  Contact = 2,
  DepartmentQueue = 3,
  Directory = 4,
  Attachment = 5,
};

// One aggregate's stream. As a key it is 17 bytes: the kind, then the id. As text it is
// "conversation-<uuid>", "contact-<uuid>", "queue-<uuid>", "directory-<nil uuid>",
// "attachment-<uuid>".
struct StreamId {
  StreamKind kind{};
  UuidBytes id{};

  static StreamId of(const ConversationId& id) { return {StreamKind::Conversation, id.bytes()}; }
  static StreamId of(const ContactId& id) { return {StreamKind::Contact, id.bytes()}; }
  static StreamId of(const AttachmentId& id) { return {StreamKind::Attachment, id.bytes()}; }
  static StreamId queue_of(const DepartmentId& id) {
    return {StreamKind::DepartmentQueue, id.bytes()};
  }
  // The company has one directory, whose id is nil.
  static StreamId directory() { return {StreamKind::Directory, {}}; }

  [[nodiscard]] std::string to_string() const;
  static std::optional<StreamId> parse(std::string_view text);

  friend auto operator<=>(const StreamId&, const StreamId&) = default;
};

// Hash of 16 id bytes: their last eight are random already.
inline std::size_t hash_uuid(const UuidBytes& bytes) {
  std::size_t tail = 0;
  static_assert(sizeof tail == 8);
  std::memcpy(&tail, bytes.data() + 8, sizeof tail);
  return tail;
}

}  // namespace bitacora::events

template <class Tag>
struct std::hash<bitacora::events::Id<Tag>> {
  std::size_t operator()(const bitacora::events::Id<Tag>& id) const noexcept {
    return bitacora::events::hash_uuid(id.bytes());
  }
};

template <class Tag>
struct std::hash<bitacora::events::Counter<Tag>> {
  std::size_t operator()(const bitacora::events::Counter<Tag>& count) const noexcept {
    return std::hash<std::uint64_t>{}(count.value());
  }
};

template <>
struct std::hash<bitacora::events::StreamId> {
  std::size_t operator()(const bitacora::events::StreamId& stream) const noexcept {
    return bitacora::events::hash_uuid(stream.id) ^ static_cast<std::size_t>(stream.kind);
  }
};
