#include "events/ids.h"

#include <sodium.h>

#include <algorithm>

namespace bitacora::events {

namespace {

constexpr std::size_t text_length = 36;
constexpr char hex_digits[] = "0123456789abcdef";

bool is_hyphen_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Random bytes, fetched from the system a page at a time.
void random_bytes(std::uint8_t* out, std::size_t count) {
  thread_local std::array<std::uint8_t, 4096> pool;
  thread_local std::size_t used = pool.size();
  if (used + count > pool.size()) {
    randombytes_buf(pool.data(), pool.size());
    used = 0;
  }
  std::copy_n(pool.data() + used, count, out);
  used += count;
}

struct StreamPrefix {
  StreamKind kind;
  std::string_view text;
};
constexpr StreamPrefix prefixes[] = {
    {StreamKind::Conversation, "conversation-"},
    {StreamKind::Contact, "contact-"},
    {StreamKind::DepartmentQueue, "queue-"},
    {StreamKind::Directory, "directory-"},
};

}  // namespace

UuidBytes new_uuid(Instant now) {
  // 48 bits of milliseconds, then a 12-bit counter that starts low and carries into the
  // milliseconds when it runs over, then 62 random bits.
  thread_local std::uint64_t last_ms = 0;
  thread_local unsigned counter = 0;
  const auto now_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(now.unix_ms(), 0));
  if (now_ms > last_ms) {
    last_ms = now_ms;
    std::uint8_t seed = 0;
    random_bytes(&seed, 1);
    counter = seed;
  } else if (++counter > 0xfff) {
    ++last_ms;
    counter = 0;
  }
  UuidBytes bytes;
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(last_ms >> (40 - 8 * i));
  }
  bytes[6] = static_cast<std::uint8_t>(0x70 | (counter >> 8));
  bytes[7] = static_cast<std::uint8_t>(counter & 0xff);
  random_bytes(bytes.data() + 8, 8);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  return bytes;
}

std::string format_uuid(const UuidBytes& bytes) {
  std::string text(text_length, '-');
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    if (is_hyphen_place(at)) ++at;
    text[at++] = hex_digits[byte >> 4];
    text[at++] = hex_digits[byte & 0xf];
  }
  return text;
}

std::optional<UuidBytes> parse_uuid(std::string_view text) {
  if (text.size() != text_length) return std::nullopt;
  UuidBytes bytes;
  std::size_t at = 0;
  for (std::uint8_t& byte : bytes) {
    if (is_hyphen_place(at) && text[at++] != '-') return std::nullopt;
    const int high = hex_value(text[at++]);
    const int low = hex_value(text[at++]);
    if (high < 0 || low < 0) return std::nullopt;
    byte = static_cast<std::uint8_t>(high << 4 | low);
  }
  return bytes;
}

std::string StreamId::to_string() const {
  for (const StreamPrefix& prefix : prefixes) {
    if (prefix.kind == kind) return std::string(prefix.text) + format_uuid(id);
  }
  return "none-" + format_uuid(id);
}

std::optional<StreamId> StreamId::parse(std::string_view text) {
  for (const StreamPrefix& prefix : prefixes) {
    if (!text.starts_with(prefix.text)) continue;
    const auto bytes = parse_uuid(text.substr(prefix.text.size()));
    if (bytes) return StreamId{prefix.kind, *bytes};
  }
  return std::nullopt;
}

}  // namespace bitacora::events
