// Reading the JSON of requests and frames, strictly.
//
// A handler names the members it expects, one call each, and then asks finish() whether all of it
// was in order:
//
//   JsonReader body(request.body);
//   const std::string username = body.text("username", {.max = limits::slug_bytes_max});
//   const auto note = body.optional_text("note", {.max = limits::note_code_points_max});
//   if (const auto read = body.finish(); !read) co_return read.error();
//
// Until finish() says so, what the calls gave means nothing: a member that is missing or wrong
// gives an empty value. finish() tells, in this order of weight: MalformedJson (cut off, not UTF-8,
// nested deeper than limits::json_depth_max), UnknownMember with its name, then the first thing
// Invalid: a member that is missing, twice there, of the wrong type or out of bounds.
//
// A reader owns what it reads from; it may move to another thread, and is used by one at a time.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"

namespace bitacora::http {

struct TextBounds {
  // Code points.
  std::size_t min = 1;
  std::size_t max = std::numeric_limits<std::size_t>::max();
  // Which refusal a longer text is.
  events::ErrorCode too_long = events::ErrorCode::Invalid;
};

class JsonReader {
 public:
  explicit JsonReader(std::string_view json);

  // Whether the member is there and not null. Does not count as having asked for it.
  [[nodiscard]] bool has(std::string_view name) const;

  // A text without U+0000. The optional forms take a missing member and null alike.
  std::string text(std::string_view name, TextBounds bounds);
  std::optional<std::string> optional_text(std::string_view name, TextBounds bounds);
  // A text that `parse` makes a value of: a function from string_view to optional.
  template <class Parse>
  auto parsed(std::string_view name, Parse parse) ->
      typename decltype(parse(std::string_view{}))::value_type;
  template <class Parse>
  auto optional_parsed(std::string_view name, Parse parse) -> decltype(parse(std::string_view{}));
  // An id, say events::OperatorId.
  template <class IdType>
  IdType id(std::string_view name) {
    return parsed(name, IdType::parse);
  }
  template <class IdType>
  std::optional<IdType> optional_id(std::string_view name) {
    return optional_parsed(name, IdType::parse);
  }
  // An integer from 0 to max.
  std::uint64_t count(std::string_view name, std::uint64_t max);
  std::optional<std::uint64_t> optional_count(std::string_view name, std::uint64_t max);
  bool flag(std::string_view name);
  std::optional<bool> optional_flag(std::string_view name);
  // An array of at most items_max texts.
  std::vector<std::string> texts(std::string_view name, TextBounds bounds, std::size_t items_max);
  std::optional<std::vector<std::string>> optional_texts(std::string_view name, TextBounds bounds,
                                                         std::size_t items_max);
  // An array of at most items_max texts that `parse` makes values of.
  template <class Parse>
  auto all_parsed(std::string_view name, Parse parse, std::size_t items_max)
      -> std::vector<typename decltype(parse(std::string_view{}))::value_type>;
  // A member that is an object; its faults are told by finish() of either reader.
  JsonReader object(std::string_view name);

  // Members that were not asked for are no fault: which there may be is for one to say that was
  // refused.
  void allow_others();

  // Records a fault that the handler found in a member's value.
  void refuse(std::string_view name, std::string_view what);
  void refuse(events::Error error);

  // Every member there is has been asked for, and every value was in order.
  [[nodiscard]] events::Result<void> finish() const;

 private:
  struct Document;
  struct Level;
  JsonReader(std::shared_ptr<Document> document, Level* level);

  std::optional<std::string> take_text(std::string_view name, TextBounds bounds, bool required);

  std::shared_ptr<Document> document_;
  Level* level_;  // owned by the document
};

template <class Parse>
auto JsonReader::parsed(std::string_view name, Parse parse) ->
    typename decltype(parse(std::string_view{}))::value_type {
  const std::optional<std::string> found = take_text(name, {.min = 0}, true);
  if (found) {
    if (auto value = parse(std::string_view(*found))) {
      return *std::move(value);
    }
    refuse(name, "is not of its form");
  }
  return {};
}

template <class Parse>
auto JsonReader::optional_parsed(std::string_view name, Parse parse)
    -> decltype(parse(std::string_view{})) {
  const std::optional<std::string> found = take_text(name, {.min = 0}, false);
  if (!found) {
    return std::nullopt;
  }
  auto value = parse(std::string_view(*found));
  if (!value) {
    refuse(name, "is not of its form");
  }
  return value;
}

template <class Parse>
auto JsonReader::all_parsed(std::string_view name, Parse parse, std::size_t items_max)
    -> std::vector<typename decltype(parse(std::string_view{}))::value_type> {
  std::vector<typename decltype(parse(std::string_view{}))::value_type> values;
  for (const std::string& item : texts(name, {.min = 0}, items_max)) {
    if (auto value = parse(std::string_view(item))) {
      values.push_back(*std::move(value));
    } else {
      refuse(name, "has an item that is not of its form");
    }
  }
  return values;
}

}  // namespace bitacora::http
