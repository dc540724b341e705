#include "http/file_names.h"

#include <algorithm>
#include <cstdint>

#include "events/limits.h"
#include "events/text.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;

// Extensions are kept whole up to so many bytes; longer ones are no extensions.
constexpr std::size_t extension_bytes_max = 16;

struct CodePoint {
  std::uint32_t value = 0;
  std::string_view bytes;
};

// Takes the first one off valid UTF-8.
CodePoint take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  std::uint32_t value = length == 1 ? first : first & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  const CodePoint taken{value, text.substr(0, length)};
  text.remove_prefix(length);
  return taken;
}

bool breaks_line(std::uint32_t value) {
  return (value >= 0x09 && value <= 0x0d) || value == 0x85 || value == 0x2028 || value == 0x2029;
}

bool is_control(std::uint32_t value) { return value < 0x20 || (value >= 0x7f && value < 0xa0); }

// Embeddings, overrides and isolates: what makes "gpj.exe" of "exe.jpg" to the eye.
bool turns_direction(std::uint32_t value) {
  return (value >= 0x202a && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
}

std::string without_outer_spaces(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// RFC 8187, section 3.2.1: attr-char.
bool is_attribute_character(char c) {
  return is_alphanumeric(c) || std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

void append_percent(std::string& out, char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += digits[byte >> 4];
  out += digits[byte & 0xf];
}

// What old clients take for the name: other characters than plain ASCII, and those that a quoted
// string or an escape would need, as underscores.
std::string plain_name(std::string_view name) {
  std::string plain;
  while (!name.empty()) {
    const CodePoint next = take_code_point(name);
    const bool is_plain = next.value >= 0x20 && next.value < 0x7f && next.value != '"' &&
                          next.value != '\\' && next.value != '%';
    plain += is_plain ? next.bytes : "_";
  }
  return plain;
}

}  // namespace

std::string harmless_name(std::string_view name) {
  std::string clean;
  while (!name.empty()) {
    const CodePoint next = take_code_point(name);
    if (breaks_line(next.value)) {
      clean += ' ';
    } else if (next.value == '/' || next.value == '\\') {
      clean += '_';
    } else if (!is_control(next.value) && !turns_direction(next.value)) {
      clean += next.bytes;
    }
  }
  clean = without_outer_spaces(clean);
  if (events::code_points(clean) <= limits::file_name_code_points_max) return clean;
  const std::string extension = extension_of(clean);
  if (extension.empty()) {
    return std::string(events::first_code_points(clean, limits::file_name_code_points_max));
  }
  const std::size_t kept = limits::file_name_code_points_max - extension.size() - 1;
  return std::string(events::first_code_points(clean, kept)) +
         clean.substr(clean.size() - extension.size() - 1);
}

std::string extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string extension(name.substr(dot + 1));
  if (extension.size() > extension_bytes_max ||
      !std::all_of(extension.begin(), extension.end(), is_alphanumeric)) {
    return {};
  }
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return extension;
}

std::string content_disposition(std::string_view name, bool is_inline) {
  std::string header = is_inline ? "inline; filename=\"" : "attachment; filename=\"";
  header += plain_name(name);
  header += "\"; filename*=UTF-8''";
  for (const char c : name) {
    if (is_attribute_character(c)) {
      header += c;
    } else {
      append_percent(header, c);
    }
  }
  return header;
}

}  // namespace bitacora::http
