#include "events/ids.h"

#include <sodium.h>

#include <algorithm>

#include "events/hex.h"

namespace bitacora::events {

namespace {

constexpr std::size_t id_text_length = 36;
// Where in the text each byte's two digits stand.
constexpr std::array<std::uint8_t, 16> places{0,  2,  4,  6,  9,  11, 14, 16,
                                              19, 21, 24, 26, 28, 30, 32, 34};
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
    {StreamKind::Conversation, "conversation-"}, {StreamKind::Contact, "contact-"},
    {StreamKind::DepartmentQueue, "queue-"},     {StreamKind::Directory, "directory-"},
    {StreamKind::Attachment, "attachment-"},
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
  std::string text(id_text_length, '-');
  for (std::size_t i = 0; i < bytes.size(); ++i) hex::write(text.data() + places[i], bytes[i]);
  return text;
}

std::optional<UuidBytes> parse_uuid(std::string_view text) {
  if (text.size() != id_text_length || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
      text[23] != '-') {
    return std::nullopt;
  }
  UuidBytes bytes;
  const char* const at = text.data();
  std::uint64_t wrong = 0;
  hex::read(hex::load(at), bytes.data(), wrong);
  hex::read(hex::load(at + 9, at + 14), bytes.data() + 4, wrong);
  hex::read(hex::load(at + 19, at + 24), bytes.data() + 8, wrong);
  hex::read(hex::load(at + 28), bytes.data() + 12, wrong);
  return wrong == 0 ? std::optional(bytes) : std::nullopt;
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
