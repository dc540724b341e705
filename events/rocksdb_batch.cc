#include "events/rocksdb_batch.h"

#include <algorithm>

#include "events/limits.h"
#include "events/text.h"

namespace bitacora::events {

namespace {

// RFC 3339 has four digits for the year.
constexpr Instant year_10000 = Instant::from_unix_ms(253'402'300'800'000);

Error invalid(std::string detail) { return error(ErrorCode::Invalid, std::move(detail)); }

bool is_stream(const StreamId& stream) {
  return stream.kind >= StreamKind::Conversation && stream.kind <= StreamKind::Attachment;
}

// What can be said of a request without looking at the log.
Result<void> check_form(const AppendRequest& request) {
  if (request.events.size() > limits::append_events_max) {
    return invalid("an append has at most " + std::to_string(limits::append_events_max) +
                   " events");
  }
  const auto has_condition = [&](const StreamId& stream) {
    return std::ranges::find(request.conditions, stream, &Condition::stream) !=
           request.conditions.end();
  };
  if (request.events.empty() && !(request.command && has_condition(request.command->scope))) {
    return invalid("an append without events is a command whose scope has a condition");
  }
  for (const NewEvent& event : request.events) {
    if (!is_stream(event.stream)) return invalid("an event's stream is of no known kind");
    if (!has_condition(event.stream)) return invalid("an event's stream has no condition");
    if (event.at < Instant{} || event.at >= year_10000) {
      return invalid("an event's time is outside the years 1970 to 9999");
    }
  }
  if (request.command) {
    const std::string& id = request.command->id;
    if (id.empty() || id.size() > limits::command_id_bytes_max || !is_utf8(id)) {
      return invalid("a command's id has 1 to " + std::to_string(limits::command_id_bytes_max) +
                     " bytes of UTF-8");
    }
  }
  return {};
}

}  // namespace

Result<Appended> AppendBatch::add(const AppendRequest& request) {
  if (const auto form = check_form(request); !form) return form.error();
  std::string key;
  if (request.command) {
    key = command_key(request.command->scope, request.command->id);
    const auto stored = find_command(key);
    if (!stored) return stored.error();
    if (*stored) return Appended{{}, *stored};
  }
  if (const auto hold = check_conditions(request); !hold) return hold.error();
  if (request.events.empty()) return add_command_alone(*request.command, std::move(key));
  auto encoded = encode_all(request);
  if (!encoded) return encoded.error();

  // From here on nothing fails, so that a request is in the batch wholly or not at all.
  Appended appended;
  appended.events.reserve(request.events.size());
  const Position first = counters_.last.next();
  const std::string command_id = request.command ? request.command->id : std::string{};
  for (std::size_t i = 0; i < request.events.size(); ++i) {
    appended.events.push_back(write(request.events[i], (*encoded)[i], command_id));
  }
  if (request.command) {
    new_commands_.emplace(std::move(key),
                          StoredCommand{first, static_cast<std::uint32_t>(request.events.size()),
                                        request.command->fingerprint});
  }
  return appended;
}

// The conditions hold, and name the scope.
Result<Appended> AppendBatch::add_command_alone(const CommandKey& command, std::string key) {
  const Head& head = seen_heads_.at(command.scope).head;
  if (head.version == Version{}) return invalid("the command's scope does not exist");
  new_commands_.emplace(std::move(key), StoredCommand{head.position, 0, command.fingerprint});
  return Appended{};
}

rocksdb::WriteBatch& AppendBatch::finish() {
  std::ranges::sort(places_);
  for (const Place& place : places_) {
    rows_.Put(database_.family(Family::Stream),
              as_slice(stream_version_key(place.stream, place.version)),
              as_slice(position_key(place.position)));
  }
  for (const auto& [stream, seen] : seen_heads_) {
    if (!seen.is_changed) continue;
    rows_.Put(database_.family(Family::Head), as_slice(stream_key(stream)),
              as_slice(head_value(seen.head)));
  }
  for (const auto& [key, command] : new_commands_) {
    rows_.Put(database_.family(Family::Command), key, as_slice(command_value(command)));
  }
  rows_.Put(database_.family(Family::Meta), as_slice(counters_key),
            as_slice(counters_value(counters_)));
  return rows_;
}

void AppendBatch::publish_heads(HeadCache& heads) const {
  for (const auto& [stream, seen] : seen_heads_) heads.put(stream, seen.head);
}

Result<std::vector<EncodedEvent>> AppendBatch::encode_all(const AppendRequest& request) const {
  const std::uint64_t events_before = counters_.last.value() - before_.last.value();
  if (events_before + request.events.size() > limits::batch_events_max) {
    return invalid("a batch has at most " + std::to_string(limits::batch_events_max) + " events");
  }
  std::vector<EncodedEvent> encoded;
  encoded.reserve(request.events.size());
  std::size_t bytes = bytes_;
  for (const NewEvent& event : request.events) {
    const EncodedEvent& each = encoded.emplace_back(encode(event.event));
    if (each.body.size() > limits::event_body_bytes_max) {
      return invalid("an event's body has at most " + std::to_string(limits::event_body_bytes_max) +
                     " bytes");
    }
    // Nothing enters the log that could not be read again.
    if (!is_utf8(each.body)) return invalid("an event's text is not UTF-8");
    bytes += each.body.size();
  }
  if (bytes > limits::batch_bytes_max) {
    return invalid("a batch has at most " + std::to_string(limits::batch_bytes_max) + " bytes");
  }
  return encoded;
}

Result<std::optional<StoredCommand>> AppendBatch::find_command(const std::string& key) const {
  if (const auto found = new_commands_.find(key); found != new_commands_.end()) {
    return std::optional(found->second);
  }
  const auto row = database_.get(Family::Command, key);
  if (!row) return row.error();
  if (!*row) return std::optional<StoredCommand>{};
  const auto stored = parse_command(**row);
  if (!stored) return error(ErrorCode::Corrupt, "a command's row is not of its form");
  return stored;
}

Result<Head> AppendBatch::head_of(const StreamId& stream) {
  if (const auto found = seen_heads_.find(stream); found != seen_heads_.end()) {
    return found->second.head;
  }
  Head head;
  if (const auto cached = heads_.find(stream)) {
    head = *cached;
  } else {
    const auto row = database_.get(Family::Head, as_slice(stream_key(stream)));
    if (!row) return row.error();
    const auto stored = *row ? parse_head(**row) : Head{};
    if (!stored) {
      return error(ErrorCode::Corrupt, "the head of " + stream.to_string() + " is damaged");
    }
    head = *stored;
  }
  seen_heads_.emplace(stream, SeenHead{head});
  return head;
}

Result<void> AppendBatch::check_conditions(const AppendRequest& request) {
  for (const Condition& condition : request.conditions) {
    const auto head = head_of(condition.stream);
    if (!head) return head.error();
    if (head->version != condition.expected) {
      return error(ErrorCode::VersionConflict, condition.stream.to_string() + " is at version " +
                                                   std::to_string(head->version.value()) +
                                                   ", not " +
                                                   std::to_string(condition.expected.value()));
    }
  }
  return {};
}

RecordedEventPtr AppendBatch::write(const NewEvent& event, const EncodedEvent& encoded,
                                    const std::string& command_id) {
  SeenHead& seen = seen_heads_.at(event.stream);
  if (seen.head.version == Version{}) ++counters_.streams;
  counters_.last = counters_.last.next();
  seen = {{seen.head.version.next(), counters_.last}, true};
  const Head& head = seen.head;

  auto recorded = std::make_shared<RecordedEvent>();
  EventHeader& header = recorded->header;
  header.position = head.position;
  header.stream = event.stream;
  header.version = head.version;
  header.id = event.id;
  header.type = encoded.type;
  header.schema = encoded.schema;
  header.at = event.at;
  header.who = event.who;
  header.command_id = command_id;
  header.causation = event.causation;
  header.body_sha256 = sha256(encoded.body);
  recorded->event = event.event;

  const PositionKey position = position_key(head.position);
  rows_.Put(database_.family(Family::Header), as_slice(position), encode_header(header));
  rows_.Put(database_.family(Family::Body), as_slice(position), encoded.body);
  places_.push_back({event.stream, head.version, head.position});
  bytes_ += encoded.body.size();
  return recorded;
}

}  // namespace bitacora::events
