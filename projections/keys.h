// Keys of rows: a prefix byte, then ids and big-endian numbers, so that byte order is their order.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "events/ids.h"

namespace bitacora::projections {

inline constexpr std::size_t u64_bytes = 8;
inline constexpr std::size_t uuid_bytes = 16;

// A key under construction, without allocating. A plain value.
class Key {
 public:
  Key() = default;
  explicit Key(char prefix) { byte(static_cast<std::uint8_t>(prefix)); }

  Key& byte(std::uint8_t value) {
    bytes_[size_++] = static_cast<char>(value);
    return *this;
  }
  Key& uuid(const events::UuidBytes& id) {
    std::memcpy(bytes_.data() + size_, id.data(), id.size());
    size_ += id.size();
    return *this;
  }
  Key& u64(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) byte(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  Key& text(std::string_view bytes) {
    std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    return *this;
  }

  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }

  friend bool operator==(const Key& a, const Key& b) { return a.view() == b.view(); }

 private:
  // The longest are a list's: prefix, owner, department, order and conversation.
  std::array<char, 72> bytes_;
  std::size_t size_ = 0;
};

// The smallest string that is greater than every string with this prefix, which must not consist
// of 0xff bytes alone.
inline std::string past_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (end.back() == '\xff') end.pop_back();
  end.back() = static_cast<char>(static_cast<std::uint8_t>(end.back()) + 1);
  return end;
}

inline std::uint64_t read_u64(std::string_view bytes, std::size_t at = 0) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < u64_bytes; ++i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return value;
}

inline events::UuidBytes read_uuid(std::string_view bytes, std::size_t at = 0) {
  events::UuidBytes id;
  std::memcpy(id.data(), bytes.data() + at, id.size());
  return id;
}

// An instant as a number whose order is the order of time, and the other way round.
inline std::uint64_t oldest_first(events::Instant at) {
  return static_cast<std::uint64_t>(at.unix_ms()) ^ (std::uint64_t{1} << 63);
}
inline std::uint64_t newest_first(events::Instant at) { return ~oldest_first(at); }

}  // namespace bitacora::projections
