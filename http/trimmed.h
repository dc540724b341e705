// A part of a header without the white space that may stand around it (RFC 9110, section 5.6.3).
// Pure and thread-safe.
#pragma once

#include <string_view>

namespace bitacora::http {

inline std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace bitacora::http
