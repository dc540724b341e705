#include "events/rocksdb_check.h"

#include <memory>
#include <string>
#include <unordered_map>

#include "events/limits.h"
#include "events/rocksdb_reader.h"

namespace bitacora::events {

namespace {

Error disagreement(std::string what) { return error(ErrorCode::Corrupt, std::move(what)); }

std::unique_ptr<rocksdb::Iterator> rows_of(const LogDatabase& database, Family family) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  return std::unique_ptr<rocksdb::Iterator>(
      database.db().NewIterator(options, database.family(family)));
}

// The key of the family's last row; position 0 when it has none.
Result<Position> last_key(const LogDatabase& database, Family family) {
  const auto rows = rows_of(database, family);
  rows->SeekToLast();
  if (!rows->status().ok()) return read_error(rows->status());
  if (!rows->Valid()) return Position{};
  const auto position = parse_position(rows->key().ToStringView());
  if (!position) return disagreement("a key is not a position");
  return *position;
}

Result<bool> is_empty(const LogDatabase& database) {
  for (std::size_t i = 0; i < family_names.size(); ++i) {
    const auto rows = rows_of(database, static_cast<Family>(i));
    rows->SeekToFirst();
    if (!rows->status().ok()) return read_error(rows->status());
    if (rows->Valid()) return false;
  }
  return true;
}

Result<Counters> begin_log(const LogDatabase& database) {
  rocksdb::WriteBatch rows;
  rows.Put(database.family(Family::Meta), as_slice(format_key), as_slice(format_value(log_format)));
  rows.Put(database.family(Family::Meta), as_slice(counters_key), as_slice(counters_value({})));
  rocksdb::WriteOptions options;
  options.sync = true;
  const rocksdb::Status status = database.db().Write(options, &rows);
  if (!status.ok()) {
    return error(ErrorCode::Unavailable, "the log cannot be begun: " + status.ToString());
  }
  return Counters{};
}

Result<void> check_format(const LogDatabase& database) {
  const auto row = database.get(Family::Meta, as_slice(format_key));
  if (!row) return row.error();
  const auto format = *row ? parse_format(**row) : std::nullopt;
  if (!format) return disagreement("the row that tells its format is missing or damaged");
  if (*format != log_format) {
    return disagreement("it has format " + std::to_string(*format) + ", and this version knows " +
                        std::to_string(log_format) + ": use the version that wrote it");
  }
  return {};
}

// Every event is one version of one stream, so the heads' versions add up to the log's length.
Result<void> check_heads(const LogDatabase& database, const Counters& counters) {
  if (counters.streams > limits::opening_heads_max) return {};
  std::uint64_t streams = 0;
  std::uint64_t events = 0;
  const auto rows = rows_of(database, Family::Head);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    const auto head = parse_head(rows->value().ToStringView());
    if (!head) return disagreement("the head of a stream is not of its form");
    ++streams;
    events += head->version.value();
  }
  if (!rows->status().ok()) return read_error(rows->status());
  if (streams != counters.streams || events != counters.last.value()) {
    return disagreement("its heads tell of " + std::to_string(streams) + " streams with " +
                        std::to_string(events) + " events, its counters of " +
                        std::to_string(counters.streams) + " with " +
                        std::to_string(counters.last.value()));
  }
  return {};
}

Result<void> check_rows_of(const LogDatabase& database, const EventHeader& header,
                           bool is_last_of_stream) {
  const std::string where = "the event at position " + std::to_string(header.position.value());
  const auto place =
      database.get(Family::Stream, as_slice(stream_version_key(header.stream, header.version)));
  if (!place) return place.error();
  if (!*place || parse_position(**place) != header.position) {
    return disagreement(where + " is not where its stream says");
  }
  const auto head = database.get(Family::Head, as_slice(stream_key(header.stream)));
  if (!head) return head.error();
  const auto parsed = *head ? parse_head(**head) : std::nullopt;
  if (is_last_of_stream && parsed != Head{header.version, header.position}) {
    return disagreement(where + " is the last of " + header.stream.to_string() +
                        ", but the stream's head is missing or tells of another");
  }
  return {};
}

Result<void> check_tail(const LogDatabase& database, Position last) {
  const Position from(last.value() -
                      std::min<std::uint64_t>(last.value(), limits::opening_tail_events_max));
  const auto events = read_positions(database, from.next(), last, limits::opening_tail_events_max);
  if (!events) return events.error();
  std::unordered_map<StreamId, Version> last_versions;
  for (const RecordedEventPtr& event : *events) {
    last_versions[event->header.stream] = event->header.version;
  }
  for (const RecordedEventPtr& event : *events) {
    const EventHeader& header = event->header;
    const bool is_last = last_versions.at(header.stream) == header.version;
    if (auto checked = check_rows_of(database, header, is_last); !checked) return checked;
  }
  return {};
}

}  // namespace

Result<Counters> check_log(const LogDatabase& database) {
  const auto empty = is_empty(database);
  if (!empty) return empty.error();
  if (*empty) return begin_log(database);

  if (const auto format = check_format(database); !format) return format.error();
  const auto row = database.get(Family::Meta, as_slice(counters_key));
  if (!row) return row.error();
  const auto counters = *row ? parse_counters(**row) : std::nullopt;
  if (!counters) return disagreement("the row of its counters is missing or damaged");
  for (const Family family : {Family::Header, Family::Body}) {
    const auto last = last_key(database, family);
    if (!last) return last.error();
    if (*last != counters->last) {
      return disagreement("its last " +
                          std::string(family_names[static_cast<std::size_t>(family)]) +
                          " is at position " + std::to_string(last->value()) + ", but it counted " +
                          std::to_string(counters->last.value()));
    }
  }
  if (const auto tail = check_tail(database, counters->last); !tail) return tail.error();
  if (const auto heads = check_heads(database, *counters); !heads) return heads.error();
  return *counters;
}

}  // namespace bitacora::events
