// One value out of a JSON text, by its pointer (RFC 6901).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bitacora::bench {

// nullopt when the text is not JSON, has no such member, or one of another type.
std::optional<std::string> json_string(std::string_view json, std::string_view pointer);
std::optional<std::int64_t> json_number(std::string_view json, std::string_view pointer);
std::optional<std::size_t> json_array_size(std::string_view json, std::string_view pointer);

}  // namespace bitacora::bench
