// UTF-8 text: whether it is valid, how long it is, and its beginning. Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bitacora::events {

bool is_utf8(std::string_view text);

// Code points of valid UTF-8.
std::size_t code_points(std::string_view text);

// The first `count_max` code points of valid UTF-8; never cuts one in two.
std::string_view first_code_points(std::string_view text, std::size_t count_max);

}  // namespace bitacora::events
