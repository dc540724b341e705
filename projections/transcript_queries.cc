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

// Those that have come since `after` and have not changed up to `up_to`.
std::vector<Message> new_between(const ViewReader& rows, const ConversationId& id, Position after,
                                 Position up_to, std::size_t count_max) {
  std::vector<Message> messages;
  const std::string start = first_past(rows, id, after);
  if (start.empty()) return messages;
  const std::string end = past_prefix(conversation_messages(id).view());
  rows.scan(start, end, false, [&](std::string_view key, std::string_view value) {
    if (position_of(value) > up_to) return false;
    Message message = decode(rows, id, version_of_message(key), value);
    if (message.changed > up_to) message = as_at_first(std::move(message));
    if (message.changed == message.position) messages.push_back(std::move(message));
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
  std::vector<Message> messages = new_between(rows, id, after, up_to, count_max);
  std::vector<Message> changed = changed_between(rows, id, after, up_to, count_max);
  if (changed.empty()) return messages;
  std::ranges::move(changed, std::back_inserter(messages));
  std::ranges::sort(messages, {}, [](const Message& message) {
    return std::pair(message.changed, message.version);
  });
  cut_after(messages, count_max);
  return messages;
}

}  // namespace bitacora::projections
