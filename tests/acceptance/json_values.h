// JSON for the tests: read by simdjson, held and compared as Boost.JSON's values.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace bitacora::acceptance_test {

namespace json = boost::json;

// Null for what is no JSON.
json::value read_json(std::string_view text);

// The member at a pointer (RFC 6901), or null. As text: empty when it is no string.
const json::value& at(const json::value& document, std::string_view pointer);
std::string text_at(const json::value& document, std::string_view pointer);
std::uint64_t count_at(const json::value& document, std::string_view pointer);

}  // namespace bitacora::acceptance_test
