#include "http/byte_range.h"

#include <algorithm>
#include <charconv>

#include "http/trimmed.h"

namespace bitacora::http {

namespace {

constexpr std::string_view range_unit = "bytes=";

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, value);
  if (text.empty() || failed != std::errc() || stopped != end) return std::nullopt;
  return value;
}

events::Error not_satisfiable(std::uint64_t size_bytes) {
  return events::error(events::ErrorCode::RangeNotSatisfiable,
                       "The file has " + std::to_string(size_bytes) + " bytes.");
}

}  // namespace

events::Result<std::optional<ByteRange>> byte_range(const Request& request, std::string_view etag,
                                                    std::uint64_t size_bytes) {
  constexpr std::optional<ByteRange> whole;
  std::string_view range = request.header("range").value_or(std::string_view());
  const auto condition = request.header("if-range");
  if (!range.starts_with(range_unit) || (condition && *condition != etag)) return whole;
  range.remove_prefix(range_unit.size());
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return whole;
  const auto last = number(trimmed(range.substr(dash + 1)));
  if (trimmed(range.substr(0, dash)).empty()) {
    // The last so many.
    if (!last) return whole;
    const std::uint64_t count = std::min(*last, size_bytes);
    if (count == 0) return not_satisfiable(size_bytes);
    return std::optional(ByteRange{size_bytes - count, count});
  }
  const auto first = number(trimmed(range.substr(0, dash)));
  const bool is_open = trimmed(range.substr(dash + 1)).empty();
  if (!first || (!last && !is_open) || (last && *last < *first)) return whole;
  if (*first >= size_bytes) return not_satisfiable(size_bytes);
  const std::uint64_t end = is_open ? size_bytes : std::min(*last, size_bytes - 1) + 1;
  return std::optional(ByteRange{*first, end - *first});
}

bool is_known(const Request& request, std::string_view etag) {
  std::string_view left = request.header("if-none-match").value_or(std::string_view());
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(','), left.size());
    std::string_view one = trimmed(left.substr(0, end));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return false;
}

}  // namespace bitacora::http
