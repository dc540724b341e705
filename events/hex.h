// Lower-case hexadecimal digits: ids and hashes are most of what a header holds, and are read with
// every event, so eight of them are read at a time, as the bytes of one word. For the sources of
// events/ alone.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace bitacora::events::hex {

static_assert(std::endian::native == std::endian::little, "a word's first byte is its lowest");

inline constexpr char digits[] = "0123456789abcdef";

inline char* write(char* out, std::uint8_t byte) {
  *out++ = digits[byte >> 4];
  *out++ = digits[byte & 0xf];
  return out;
}

// Eight characters of a text, or four and four.
inline std::uint64_t load(const char* eight) {
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  return word;
}
inline std::uint64_t load(const char* four, const char* other_four) {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  std::memcpy(&first, four, sizeof first);
  std::memcpy(&second, other_four, sizeof second);
  return std::uint64_t{second} << 32 | first;
}

// Writes the four bytes that eight characters stand for. `wrong` gathers what is no digit: it stays
// 0 as long as all are.
inline void read(std::uint64_t characters, std::uint8_t* four_bytes, std::uint64_t& wrong) {
  constexpr std::uint64_t each = 0x0101010101010101;  // times a byte: that byte eight times
  // '0' to '9' are 0x30 to 0x39, 'a' to 'f' 0x61 to 0x66: a letter has the bit 0x40.
  const std::uint64_t letters = characters >> 6 & each;
  const std::uint64_t values = (characters & 0x0f * each) + 9 * letters;
  wrong |= (characters & 0xf0 * each) ^ (0x30 * each + 0x30 * letters);
  wrong |= values & 0x10 * each;
  // Values from ten up are letters, and no others are.
  wrong |= ((values + 6 * each) >> 4 & each) ^ letters;
  // Pairs of values to bytes, then the bytes together.
  std::uint64_t bytes = (values << 4 | values >> 8) & 0x00ff00ff00ff00ff;
  bytes = (bytes | bytes >> 8) & 0x0000ffff0000ffff;
  const auto together = static_cast<std::uint32_t>(bytes | bytes >> 16);
  std::memcpy(four_bytes, &together, sizeof together);
}

}  // namespace bitacora::events::hex
