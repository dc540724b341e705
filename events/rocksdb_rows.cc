#include "events/rocksdb_rows.h"

#include <algorithm>
#include <boost/endian/conversion.hpp>
#include <cstring>

namespace bitacora::events {

namespace {

template <class Number>
char* put(char* out, Number number) {
  boost::endian::native_to_big_inplace(number);
  std::memcpy(out, &number, sizeof number);
  return out + sizeof number;
}

char* put(char* out, const StreamId& stream) {
  *out++ = static_cast<char>(stream.kind);
  return std::copy(stream.id.begin(), stream.id.end(), out);
}

template <class Number>
Number take(std::string_view& bytes) {
  Number number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return boost::endian::big_to_native(number);
}

}  // namespace

PositionKey position_key(Position position) {
  PositionKey key;
  put(key.data(), position.value());
  return key;
}

StreamKey stream_key(const StreamId& stream) {
  StreamKey key;
  put(key.data(), stream);
  return key;
}

StreamVersionKey stream_version_key(const StreamId& stream, Version version) {
  StreamVersionKey key;
  put(put(key.data(), stream), version.value());
  return key;
}

std::string command_key(const StreamId& scope, std::string_view id) {
  const StreamKey stream = stream_key(scope);
  std::string key;
  key.reserve(stream.size() + id.size());
  key.append(stream.data(), stream.size());
  key.append(id);
  return key;
}

std::optional<Position> parse_position(std::string_view bytes) {
  if (bytes.size() != sizeof(PositionKey)) return std::nullopt;
  return Position(take<std::uint64_t>(bytes));
}

std::optional<StreamId> parse_stream_key(std::string_view bytes) {
  if (bytes.size() != sizeof(StreamKey)) return std::nullopt;
  StreamId stream;
  stream.kind = static_cast<StreamKind>(bytes.front());
  std::copy(bytes.begin() + 1, bytes.end(), stream.id.begin());
  return stream;
}

std::array<char, 16> head_value(const Head& head) {
  std::array<char, 16> value;
  put(put(value.data(), head.version.value()), head.position.value());
  return value;
}

std::optional<Head> parse_head(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  const Version version(take<std::uint64_t>(bytes));
  return Head{version, Position(take<std::uint64_t>(bytes))};
}

std::array<char, 44> command_value(const StoredCommand& command) {
  std::array<char, 44> value;
  char* out = put(put(value.data(), command.first.value()), command.count);
  std::copy(command.fingerprint.begin(), command.fingerprint.end(), out);
  return value;
}

std::optional<StoredCommand> parse_command(std::string_view bytes) {
  if (bytes.size() != 44) return std::nullopt;
  StoredCommand command;
  command.first = Position(take<std::uint64_t>(bytes));
  command.count = take<std::uint32_t>(bytes);
  std::copy(bytes.begin(), bytes.end(), command.fingerprint.begin());
  return command;
}

std::array<char, 16> counters_value(const Counters& counters) {
  std::array<char, 16> value;
  put(put(value.data(), counters.last.value()), counters.streams);
  return value;
}

std::optional<Counters> parse_counters(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  const Position last(take<std::uint64_t>(bytes));
  return Counters{last, take<std::uint64_t>(bytes)};
}

std::string snapshot_value(const StoredSnapshot& snapshot) {
  const PositionKey version = position_key(Position(snapshot.version.value()));
  return std::string(version.data(), version.size()) + snapshot.state;
}

std::optional<StoredSnapshot> parse_snapshot(std::string_view bytes) {
  if (bytes.size() < sizeof(std::uint64_t)) return std::nullopt;
  const Version version(take<std::uint64_t>(bytes));
  return StoredSnapshot{version, std::string(bytes)};
}

std::array<char, 4> format_value(std::uint32_t format) {
  std::array<char, 4> value;
  put(value.data(), format);
  return value;
}

std::optional<std::uint32_t> parse_format(std::string_view bytes) {
  if (bytes.size() != sizeof(std::uint32_t)) return std::nullopt;
  return take<std::uint32_t>(bytes);
}

}  // namespace bitacora::events
