#include "tools/bench/json_read.h"

#include <simdjson.h>

namespace bitacora::bench {

namespace {

template <class Value, class Read>
std::optional<Value> read_at(std::string_view text, std::string_view pointer, Read&& read) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  simdjson::dom::element found;
  if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS) return {};
  if (document.at_pointer(pointer).get(found) != simdjson::SUCCESS) return {};
  return read(found);
}

}  // namespace

std::optional<std::string> json_string(std::string_view json, std::string_view pointer) {
  return read_at<std::string>(json, pointer,
                              [](simdjson::dom::element found) -> std::optional<std::string> {
                                std::string_view text;
                                if (found.get(text) != simdjson::SUCCESS) return {};
                                return std::string(text);
                              });
}

std::optional<std::int64_t> json_number(std::string_view json, std::string_view pointer) {
  return read_at<std::int64_t>(json, pointer,
                               [](simdjson::dom::element found) -> std::optional<std::int64_t> {
                                 std::int64_t number = 0;
                                 if (found.get(number) != simdjson::SUCCESS) return {};
                                 return number;
                               });
}

std::optional<std::size_t> json_array_size(std::string_view json, std::string_view pointer) {
  return read_at<std::size_t>(json, pointer,
                              [](simdjson::dom::element found) -> std::optional<std::size_t> {
                                simdjson::dom::array array;
                                if (found.get(array) != simdjson::SUCCESS) return {};
                                return array.size();
                              });
}

}  // namespace bitacora::bench
