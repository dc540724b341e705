#include "events/rocksdb_reader.h"

#include <algorithm>
#include <memory>
#include <string>

#include "events/codec.h"
#include "events/rocksdb_rows.h"

namespace bitacora::events {

namespace {

// Events of a stream fetched at a time.
constexpr std::size_t fetched_max = 128;

Error damaged(Position position, const std::string& what) {
  return error(ErrorCode::Corrupt,
               "the event at position " + std::to_string(position.value()) + ' ' + what);
}

Result<void> decode_recorded(Position position, std::string_view header_json, std::string_view body,
                             RecordedEvent& recorded) {
  EventHeader& header = recorded.header;
  if (const auto read = decode_header(header_json, header); !read) {
    return damaged(position, "has a damaged header: " + read.error().detail);
  }
  if (header.position != position) return damaged(position, "has another's header");
  if (!header.key_id.empty()) return damaged(position, "is encrypted with a key unknown here");
  if (sha256(body) != header.body_sha256) {
    return damaged(position, "has a body that is not the one its header tells of");
  }
  const auto read = decode(header.type, header.schema, body, recorded.event);
  if (!read) return damaged(position, "has a damaged body: " + read.error().detail);
  return {};
}

// Events that are read together, in one allocation: they go together, too.
class Page {
 public:
  explicit Page(std::size_t count_max) { events_->reserve(count_max); }
  // Where the next one is to be decoded.
  RecordedEvent& next() { return events_->emplace_back(); }
  void append_to(std::vector<RecordedEventPtr>& events) const {
    for (const RecordedEvent& event : *events_) events.emplace_back(events_, &event);
  }

 private:
  // Never grows past what is reserved.
  std::shared_ptr<std::vector<RecordedEvent>> events_ =
      std::make_shared<std::vector<RecordedEvent>>();
};

// `key` is the position's.
Result<void> stands_at(const rocksdb::Iterator& rows, Position position, const PositionKey& key,
                       const char* row) {
  if (rows.Valid()) {
    if (rows.key() == as_slice(key)) return {};
  } else if (!rows.status().ok()) {
    return read_error(rows.status());
  }
  return damaged(position, std::string("has no ") + row);
}

using Positions = std::vector<Position>;

// Where the stream's events stand, from version `from` on.
Result<Positions> positions_of(const LogDatabase& database, const StreamId& stream, Version from,
                               Position last, std::size_t count_max) {
  const StreamVersionKey lower = stream_version_key(stream, std::max(from, Version(1)));
  const StreamVersionKey upper = stream_version_key(stream, Version(~std::uint64_t{0}));
  const rocksdb::Slice bound = as_slice(upper);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> rows(
      database.db().NewIterator(options, database.family(Family::Stream)));
  Positions positions;
  Version expected = std::max(from, Version(1));
  for (rows->Seek(as_slice(lower)); rows->Valid() && positions.size() < count_max; rows->Next()) {
    const auto position = parse_position(rows->value().ToStringView());
    if (!position || rows->key() != as_slice(stream_version_key(stream, expected))) {
      return error(ErrorCode::Corrupt,
                   stream.to_string() + " has no version " + std::to_string(expected.value()));
    }
    if (*position > last) break;
    positions.push_back(*position);
    expected = expected.next();
  }
  if (!rows->status().ok()) return read_error(rows->status());
  return positions;
}

// Fetches the events at the positions of one stream, which begin with `version`.
Result<void> fetch(const LogDatabase& database, const StreamId& stream, Version version,
                   std::span<const Position> positions, std::vector<RecordedEventPtr>& events) {
  std::vector<PositionKey> keys;
  keys.reserve(positions.size());
  std::vector<rocksdb::Slice> slices;
  slices.reserve(positions.size());
  for (const Position position : positions) {
    slices.push_back(as_slice(keys.emplace_back(position_key(position))));
  }
  const std::size_t count = positions.size();
  std::vector<rocksdb::PinnableSlice> headers(count);
  std::vector<rocksdb::PinnableSlice> bodies(count);
  std::vector<rocksdb::Status> header_status(count);
  std::vector<rocksdb::Status> body_status(count);
  const rocksdb::ReadOptions options;
  database.db().MultiGet(options, database.family(Family::Header), count, slices.data(),
                         headers.data(), header_status.data(), true);
  database.db().MultiGet(options, database.family(Family::Body), count, slices.data(),
                         bodies.data(), body_status.data(), true);
  Page page(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!header_status[i].ok() || !body_status[i].ok()) {
      return damaged(positions[i], "cannot be read: header " + header_status[i].ToString() +
                                       ", body " + body_status[i].ToString());
    }
    RecordedEvent& recorded = page.next();
    const auto decoded = decode_recorded(positions[i], headers[i].ToStringView(),
                                         bodies[i].ToStringView(), recorded);
    if (!decoded) return decoded.error();
    if (recorded.header.stream != stream || recorded.header.version != version.plus(i)) {
      return damaged(positions[i], "is not version " + std::to_string(version.plus(i).value()) +
                                       " of " + stream.to_string());
    }
  }
  page.append_to(events);
  return {};
}

}  // namespace

Result<std::vector<RecordedEventPtr>> read_positions(const LogDatabase& database, Position from,
                                                     Position last, std::size_t count_max) {
  std::vector<RecordedEventPtr> events;
  const Position first = std::max(from, Position(1));
  if (first > last || count_max == 0) return events;
  const std::uint64_t count = std::min<std::uint64_t>(count_max, last.value() - first.value() + 1);

  const PositionKey lower = position_key(first);
  rocksdb::ReadOptions options;
  // Who reads the log from end to end must not push out what the others read again and again.
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> headers(
      database.db().NewIterator(options, database.family(Family::Header)));
  const std::unique_ptr<rocksdb::Iterator> bodies(
      database.db().NewIterator(options, database.family(Family::Body)));
  headers->Seek(as_slice(lower));
  bodies->Seek(as_slice(lower));
  Page page(count);
  for (Position position = first; position < first.plus(count); position = position.next()) {
    const PositionKey key = position_key(position);
    if (const auto good = stands_at(*headers, position, key, "header"); !good) return good.error();
    if (const auto good = stands_at(*bodies, position, key, "body"); !good) return good.error();
    const auto decoded = decode_recorded(position, headers->value().ToStringView(),
                                         bodies->value().ToStringView(), page.next());
    if (!decoded) return decoded.error();
    headers->Next();
    bodies->Next();
  }
  events.reserve(count);
  page.append_to(events);
  return events;
}

Result<std::vector<RecordedEventPtr>> read_versions(const LogDatabase& database,
                                                    const StreamId& stream, Version from,
                                                    Position last, std::size_t count_max) {
  std::vector<RecordedEventPtr> events;
  Version next = std::max(from, Version(1));
  while (events.size() < count_max) {
    const std::size_t wanted = std::min(fetched_max, count_max - events.size());
    const auto positions = positions_of(database, stream, next, last, wanted);
    if (!positions) return positions.error();
    if (const auto fetched = fetch(database, stream, next, *positions, events); !fetched) {
      return fetched.error();
    }
    if (positions->size() < wanted) break;
    next = next.plus(wanted);
  }
  return events;
}

}  // namespace bitacora::events
