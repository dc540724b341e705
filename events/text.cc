#include "events/text.h"

#include <simdjson.h>

#include <algorithm>

namespace bitacora::events {

namespace {

// In UTF-8 every byte but those of the form 10xxxxxx begins a code point.
bool begins_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

}  // namespace

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_code_point));
}

std::string_view first_code_points(std::string_view text, std::size_t count_max) {
  if (text.size() <= count_max) return text;
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins_code_point(text[i]) && count++ == count_max) return text.substr(0, i);
  }
  return text;
}

}  // namespace bitacora::events
