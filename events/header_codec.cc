#include "events/codec.h"
#include "events/json_members.h"

namespace bitacora::events {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string TextForm<Sha256>::write(const Sha256& hash) {
  std::string text;
  text.reserve(2 * hash.size());
  for (const std::uint8_t byte : hash) {
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 0xf];
  }
  return text;
}

std::optional<Sha256> TextForm<Sha256>::read(std::string_view text) {
  Sha256 hash{};
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return hash;
}

void describe(auto& members, Of<EventHeader> auto& header) {
  members("position", header.position);
  members("stream", header.stream);
  members("version", header.version);
  members("id", header.id);
  members("type", header.type);
  members("schema", header.schema);
  members("at", header.at);
  members("who", header.who);
  members.unless_empty("command_id", header.command_id);
  members("causation", header.causation);
  members.unless_empty("key_id", header.key_id);
  members("body_sha256", header.body_sha256);
}

std::string encode_header(const EventHeader& header) { return write_json(header); }

Result<EventHeader> decode_header(std::string_view json) {
  EventHeader header;
  const auto read = read_json(json, header, "a header");
  if (!read) return read.error();
  return header;
}

}  // namespace bitacora::events
