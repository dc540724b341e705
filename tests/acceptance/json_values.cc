#include "tests/acceptance/json_values.h"

#include <simdjson.h>

namespace bitacora::acceptance_test {

namespace {

json::value value_of(simdjson::dom::element element) {
  switch (element.type()) {
    case simdjson::dom::element_type::OBJECT: {
      json::object object;
      for (const auto member : simdjson::dom::object(element)) {
        object.emplace(member.key, value_of(member.value));
      }
      return object;
    }
    case simdjson::dom::element_type::ARRAY: {
      json::array array;
      for (const auto item : simdjson::dom::array(element)) array.push_back(value_of(item));
      return array;
    }
    case simdjson::dom::element_type::STRING:
      return json::value(std::string_view(element));
    case simdjson::dom::element_type::INT64:
      return json::value(std::int64_t(element));
    case simdjson::dom::element_type::UINT64:
      return json::value(std::uint64_t(element));
    case simdjson::dom::element_type::DOUBLE:
      return json::value(double(element));
    case simdjson::dom::element_type::BOOL:
      return json::value(bool(element));
    case simdjson::dom::element_type::NULL_VALUE:
      break;
  }
  return nullptr;
}

}  // namespace

json::value read_json(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS) return nullptr;
  return value_of(document);
}

const json::value& at(const json::value& document, std::string_view pointer) {
  static const json::value nothing = nullptr;
  boost::system::error_code failure;
  const auto* found = document.find_pointer(pointer, failure);
  return found == nullptr ? nothing : *found;
}

std::string text_at(const json::value& document, std::string_view pointer) {
  const auto* text = at(document, pointer).if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

std::uint64_t count_at(const json::value& document, std::string_view pointer) {
  boost::system::error_code failure;
  const auto count = at(document, pointer).to_number<std::uint64_t>(failure);
  return failure ? 0 : count;
}

}  // namespace bitacora::acceptance_test
