// Keys and values of the log's rows in RocksDB, byte by byte as docs/STORAGE.md has them. Numbers
// are big-endian, so that keys sort by them. Pure and thread-safe.
#pragma once

#include <rocksdb/slice.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/log.h"

namespace bitacora::events {

using PositionKey = std::array<char, 8>;
using StreamKey = std::array<char, 17>;
using StreamVersionKey = std::array<char, 25>;

PositionKey position_key(Position position);
StreamKey stream_key(const StreamId& stream);
StreamVersionKey stream_version_key(const StreamId& stream, Version version);
std::string command_key(const StreamId& scope, std::string_view id);

std::optional<Position> parse_position(std::string_view bytes);
std::optional<StreamId> parse_stream_key(std::string_view bytes);

// Where a stream ends.
struct Head {
  Version version;
  Position position;
  friend bool operator==(const Head&, const Head&) = default;
};
std::array<char, 16> head_value(const Head& head);
std::optional<Head> parse_head(std::string_view bytes);

std::array<char, 44> command_value(const StoredCommand& command);
std::optional<StoredCommand> parse_command(std::string_view bytes);

// What has to agree with the rows at opening; written with every batch.
struct Counters {
  Position last;
  std::uint64_t streams = 0;
  friend bool operator==(const Counters&, const Counters&) = default;
};
std::array<char, 16> counters_value(const Counters& counters);
std::optional<Counters> parse_counters(std::string_view bytes);

std::string snapshot_value(const StoredSnapshot& snapshot);
std::optional<StoredSnapshot> parse_snapshot(std::string_view bytes);

// The log's layout, in the meta row "format".
inline constexpr std::uint32_t log_format = 1;
inline constexpr std::string_view format_key = "format";
inline constexpr std::string_view counters_key = "counters";
std::array<char, 4> format_value(std::uint32_t format);
std::optional<std::uint32_t> parse_format(std::string_view bytes);

template <std::size_t Size>
rocksdb::Slice as_slice(const std::array<char, Size>& bytes) {
  return {bytes.data(), Size};
}
inline rocksdb::Slice as_slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace bitacora::events
