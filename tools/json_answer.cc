#include "tools/json_answer.h"

#include <simdjson.h>

namespace bitacora::tools {

namespace {

namespace dom = simdjson::dom;

std::string shown(const dom::element& element) {
  switch (element.type()) {
    case dom::element_type::STRING:
      return std::string(std::string_view(element));
    case dom::element_type::NULL_VALUE:
      return {};
    case dom::element_type::ARRAY: {
      std::string joined;
      for (const dom::element item : dom::array(element)) {
        dom::element slug;
        const bool named = item.is_object() && item["slug"].get(slug) == simdjson::SUCCESS;
        joined += (joined.empty() ? "" : ",") + shown(named ? slug : item);
      }
      return joined;
    }
    default:
      return simdjson::minify(element);
  }
}

}  // namespace

std::string text_at(std::string_view json, std::string_view pointer) {
  dom::parser parser;
  dom::element root;
  std::string_view text;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return {};
  if (root.at_pointer(pointer).get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

std::vector<std::vector<std::string>> rows_at(std::string_view json, std::string_view pointer,
                                              const std::vector<std::string_view>& members) {
  dom::parser parser;
  dom::element root;
  dom::array items;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return {};
  if (root.at_pointer(pointer).get(items) != simdjson::SUCCESS) return {};
  std::vector<std::vector<std::string>> rows;
  for (const dom::element item : items) {
    auto& row = rows.emplace_back();
    for (const auto member : members) {
      dom::element value;
      row.push_back(item[member].get(value) == simdjson::SUCCESS ? shown(value) : std::string());
    }
  }
  return rows;
}

}  // namespace bitacora::tools
