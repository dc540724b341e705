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

// The key of the first message past `after`; empty when there is none. Positions grow with
// versions: from the newest back.
std::string first_past(const ViewReader& rows, const ConversationId& id, Position after) {
  const Key first = conversation_messages(id);
  std::string start;
  rows.scan(first.view(), past_prefix(first.view()), true,
            [&](std::string_view key, std::string_view value) {
              if (position_of(value) <= after) return false;
              start = key;
              return true;
            });
  return start;
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
  const std::string start = first_past(rows, id, after);
  if (start.empty()) return messages;
  const std::string end = past_prefix(conversation_messages(id).view());
  rows.scan(start, end, false, [&](std::string_view key, std::string_view value) {
    if (position_of(value) > last) return false;
    const bool is_as_at_first = last_change_of(value) == position_of(value);
    const bool changes_later = last_change_of(value) > up_to;
    if (!is_as_at_first && !changes_later) return true;
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

}  // namespace bitacora::projections
