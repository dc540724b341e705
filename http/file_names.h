// File names as people wrote them, made harmless: where they are shown, and where they are sent.
// Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace bitacora::http {

// The name without what could do harm, otherwise as it was written: control characters and marks
// that turn the direction of writing go, line breaks become spaces, slashes and backslashes become
// underscores, spaces at the ends go. At most limits::file_name_code_points_max code points, cut
// before the extension. May be empty. `name` is UTF-8.
std::string harmless_name(std::string_view name);

// What follows the last dot, in lower case; empty when there is none, or it is not of ASCII letters
// and digits.
std::string extension_of(std::string_view name);

// The header Content-Disposition (RFC 6266): the name in ASCII for old clients, and whole as RFC
// 8187 has it. `name` is harmless.
std::string content_disposition(std::string_view name, bool is_inline);

}  // namespace bitacora::http
