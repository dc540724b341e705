#include "http/hash_text.h"

#include <sodium.h>

#include <array>

namespace bitacora::http {

std::string hash_text(const events::Sha256& hash) {
  std::array<char, 2 * sizeof(events::Sha256) + 1> text{};
  sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  return text.data();
}

std::optional<events::Sha256> parse_hash(std::string_view text) {
  events::Sha256 hash;
  std::size_t filled = 0;
  if (text.size() != 2 * hash.size() ||
      sodium_hex2bin(hash.data(), hash.size(), text.data(), text.size(), nullptr, &filled,
                     nullptr) != 0 ||
      filled != hash.size()) {
    return std::nullopt;
  }
  return hash;
}

}  // namespace bitacora::http
