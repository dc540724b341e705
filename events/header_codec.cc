#include "events/codec.h"
#include "events/hex.h"
#include "events/json_members.h"

namespace bitacora::events {

std::string TextForm<Sha256>::write(const Sha256& hash) {
  std::string text(2 * hash.size(), '0');
  char* out = text.data();
  for (const std::uint8_t byte : hash) out = hex::write(out, byte);
  return text;
}

std::optional<Sha256> TextForm<Sha256>::read(std::string_view text) {
  Sha256 hash;
  if (text.size() != 2 * hash.size()) return std::nullopt;
  std::uint64_t wrong = 0;
  for (std::size_t i = 0; i < hash.size(); i += 4) {
    hex::read(hex::load(text.data() + 2 * i), hash.data() + i, wrong);
  }
  return wrong == 0 ? std::optional(hash) : std::nullopt;
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

Result<void> decode_header(std::string_view json, EventHeader& header) {
  return read_json(json, header, "a header");
}

Result<EventHeader> decode_header(std::string_view json) {
  EventHeader header;
  if (const auto read = decode_header(json, header); !read) return read.error();
  return header;
}

}  // namespace bitacora::events
