// Lower-case hexadecimal digits by table: ids and hashes are most of what a header holds, and are
// read with every event. For the sources of events/ alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bitacora::events::hex {

inline constexpr char digits[] = "0123456789abcdef";
// The value of what is no digit: a bit that no digit's value has.
inline constexpr std::uint8_t none = 0x80;

inline constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::uint8_t value = 0; value < 16; ++value) {
    table[static_cast<unsigned char>(digits[value])] = value;
  }
  return table;
}();

inline char* write(char* out, std::uint8_t byte) {
  *out++ = digits[byte >> 4];
  *out++ = digits[byte & 0xf];
  return out;
}

// The byte that two characters stand for. `seen` gathers the values' bits: it has `none` in it when
// some character was no digit.
inline std::uint8_t read(const char* text, unsigned& seen) {
  const unsigned high = values[static_cast<unsigned char>(text[0])];
  const unsigned low = values[static_cast<unsigned char>(text[1])];
  seen |= high | low;
  return static_cast<std::uint8_t>(high << 4 | low);
}

}  // namespace bitacora::events::hex
