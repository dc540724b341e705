#include <algorithm>
#include <utility>

#include "projections/transcript.h"
#include "projections/transcript_rows.h"

namespace bitacora::projections {

using namespace transcript_rows;
using events::ConversationId;
using events::Position;
using events::Version;

namespace {

Message decode(const ViewReader& rows, const ConversationId& id, Version version,
               std::string_view row) {
  auto message = decode_message(id, version, row);
  if (!message) rows.report_damage(message.error().detail);
  return std::move(*message);
}

// A row of a message, without its text.
struct MessagePlace {
  Version version;
  Position position;
};

std::optional<MessagePlace> first_of(const ViewReader& rows, std::string_view lower,
                                     std::string_view upper, bool from_the_end) {
  std::optional<MessagePlace> found;
  rows.scan(lower, upper, from_the_end, [&](std::string_view key, std::string_view value) {
    found = MessagePlace{version_of_message(key), position_of(value)};
    return false;
  });
  return found;
}

// Where the messages past `after` begin; nullopt when there is none. Positions grow with versions,
// so it is found by halving: a walk would read the whole conversation for each frame of a resume.
std::optional<Version> first_past(const ViewReader& rows, const ConversationId& id,
                                  Position after) {
  const Key first = conversation_messages(id);
  const auto newest = first_of(rows, first.view(), past_prefix(first.view()), true);
  if (!newest || newest->position <= after) return std::nullopt;
  std::uint64_t past = newest->version.value();
  // Each version has a position of its own: so many back, one stands at `after` at most.
  std::uint64_t not_past = past - std::min(past, newest->position.value() - after.value());
  while (past - not_past > 1) {
    const std::uint64_t middle = not_past + (past - not_past) / 2;
    const auto found = first_of(rows, message_key(id, Version(middle)).view(),
                                message_key(id, Version(past)).view(), false);
    if (found && found->position <= after) {
      not_past = found->version.value();
    } else {
      past = middle;
    }
  }
  return Version(past);
}

// The messages past `after`, oldest first, until `visit` returns false.
template <class Visit>
void scan_past(const ViewReader& rows, const ConversationId& id, Position after,
               const Visit& visit) {
  const auto first = first_past(rows, id, after);
  if (!first) return;
  const std::string end = past_prefix(conversation_messages(id).view());
  rows.scan(message_key(id, *first).view(), end, false, visit);
}

// Whether a message is told for having come, rather than for its last change.
bool is_told_as_new(std::string_view row, Position up_to) {
  return last_change_of(row) == position_of(row) || last_change_of(row) > up_to;
}

// A message as its event made it, before it was delivered, read or examined.
Message as_at_first(Message message) {
  message.changed = message.position;
  message.delivery = message.from == MessageFrom::Operator ? Delivery::Sent : Delivery::Accepted;
  if (message.attachment) message.attachment = MessageAttachment{message.attachment->file};
  return message;
}

// Those that have come since `after`, up to `last`, and have not changed up to `up_to`. The others
// are passed over without being decoded: most have been delivered or read.
std::vector<Message> new_between(const ViewReader& rows, const ConversationId& id, Position after,
                                 Position last, Position up_to, std::size_t count_max) {
  std::vector<Message> messages;
  scan_past(rows, id, after, [&](std::string_view key, std::string_view value) {
    if (position_of(value) > last) return false;
    if (!is_told_as_new(value, up_to)) return true;
    const bool changes_later = last_change_of(value) > up_to;
    Message message = decode(rows, id, version_of_message(key), value);
    messages.push_back(changes_later ? as_at_first(std::move(message)) : std::move(message));
    return messages.size() < count_max;
  });
  return messages;
}

// Those that have changed, whether they are new or not.
std::vector<Message> changed_between(const ViewReader& rows, const ConversationId& id,
                                     Position after, Position up_to, std::size_t count_max) {
  std::vector<Message> messages;
  const Key start = conversation_changes(id).u64(after.next().value());
  const std::string end = past_prefix(conversation_changes(id).view());
  rows.scan(start.view(), end, false, [&](std::string_view key, std::string_view) {
    if (changed_of(key) > up_to) return false;
    const bool is_enough = messages.size() >= count_max;
    if (is_enough && changed_of(key) > messages.back().changed) return false;
    const Version version = version_of_change(key);
    const auto row = rows.get(message_key(id, version).view());
    if (!row) rows.report_damage("a message that has changed is not there");
    messages.push_back(decode(rows, id, version, *row));
    return true;
  });
  return messages;
}

// The first `count_max`, and those that changed together with the last of them.
void cut_after(std::vector<Message>& messages, std::size_t count_max) {
  std::size_t size = std::min(messages.size(), count_max);
  while (size > 0 && size < messages.size() &&
         messages[size].changed == messages[size - 1].changed) {
    ++size;
  }
  messages.resize(size);
}

}  // namespace

std::vector<Message> messages_before(const ViewReader& rows, const ConversationId& id,
                                     std::optional<Version> before, std::size_t count_max) {
  std::vector<Message> messages;
  if (count_max == 0) return messages;
  const Key first = conversation_messages(id);
  const std::string end =
      before ? std::string(message_key(id, *before).view()) : past_prefix(first.view());
  rows.scan(first.view(), end, true, [&](std::string_view key, std::string_view value) {
    messages.push_back(decode(rows, id, version_of_message(key), value));
    return messages.size() < count_max;
  });
  return messages;
}

std::vector<Message> messages_between(const ViewReader& rows, const ConversationId& id,
                                      Position after, Position up_to, std::size_t count_max) {
  if (count_max == 0 || after >= up_to) return {};
  std::vector<Message> messages = changed_between(rows, id, after, up_to, count_max);
  // Those that stand behind as many as are asked for are for the next time.
  const Position last = messages.size() < count_max ? up_to : messages.back().changed;
  std::ranges::move(new_between(rows, id, after, last, up_to, count_max),
                    std::back_inserter(messages));
  std::ranges::sort(messages, {}, [](const Message& message) {
    return std::pair(message.changed, message.version);
  });
  cut_after(messages, count_max);
  return messages;
}

std::size_t count_between(const ViewReader& rows, const ConversationId& id, Position after,
                          Position up_to, std::size_t count_max) {
  if (after >= up_to) return 0;
  std::size_t count = 0;
  const Key changed = conversation_changes(id).u64(after.next().value());
  const Key changed_end = conversation_changes(id).u64(up_to.next().value());
  rows.scan(changed.view(), changed_end.view(), false,
            [&](std::string_view, std::string_view) { return ++count < count_max; });
  if (count >= count_max) return count_max;
  scan_past(rows, id, after, [&](std::string_view, std::string_view value) {
    if (position_of(value) > up_to) return false;
    if (is_told_as_new(value, up_to)) ++count;
    return count < count_max;
  });
  return count;
}

}  // namespace bitacora::projections
