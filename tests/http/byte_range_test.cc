#include "http/byte_range.h"

#include <gtest/gtest.h>

namespace bitacora::http {
namespace {

constexpr std::string_view etag = "\"abc\"";

Request request_with(const std::string& range, const std::string& if_range = {}) {
  Request request;
  if (!range.empty()) request.headers.emplace_back("range", range);
  if (!if_range.empty()) request.headers.emplace_back("if-range", if_range);
  return request;
}

TEST(ByteRange, IsWhatOneRangeAsksFor) {
  struct Case {
    std::string header;
    std::optional<ByteRange> range;
  };
  const std::vector<Case> cases{
      {"", {}},
      {"bytes=0-", ByteRange{0, 1000}},
      {"bytes=0-0", ByteRange{0, 1}},
      {"bytes=100-199", ByteRange{100, 100}},
      {"bytes=999-", ByteRange{999, 1}},
      {"bytes=500-5000", ByteRange{500, 500}},
      {"bytes=-1", ByteRange{999, 1}},
      {"bytes=-5000", ByteRange{0, 1000}},
      {"bytes=0-18446744073709551615", ByteRange{0, 1000}},
      // The whole file: of no form that means one range.
      {"bytes=0-1,5-9", {}},
      {"bytes=9-5", {}},
      {"bytes=a-b", {}},
      {"bytes=-", {}},
      {"bytes=0-99999999999999999999", {}},
      {"items=0-5", {}},
  };
  for (const Case& tried : cases) {
    const auto range = byte_range(request_with(tried.header), etag, 1000);
    ASSERT_TRUE(range) << tried.header;
    EXPECT_EQ(*range, tried.range) << tried.header;
  }
}

TEST(ByteRange, IsRefusedPastTheEnd) {
  for (const std::string header : {"bytes=1000-", "bytes=5000-6000", "bytes=-0"}) {
    const auto range = byte_range(request_with(header), etag, 1000);
    ASSERT_FALSE(range) << header;
    EXPECT_EQ(range.error().code, events::ErrorCode::RangeNotSatisfiable);
  }
}

TEST(ByteRange, CountsOnlyForTheFileThatTheClientHas) {
  EXPECT_TRUE(byte_range(request_with("bytes=1-2", "\"abc\""), etag, 1000)->has_value());
  EXPECT_FALSE(byte_range(request_with("bytes=1-2", "\"old\""), etag, 1000)->has_value());
  // Weak validators and dates do not do for parts.
  EXPECT_FALSE(byte_range(request_with("bytes=1-2", "W/\"abc\""), etag, 1000)->has_value());
}

TEST(ByteRange, KnowsWhatTheClientHas) {
  const std::vector<std::pair<std::string, bool>> cases{
      {"", false}, {"\"abc\"", true}, {"W/\"abc\"", true}, {"\"x\" , \"abc\"", true},
      {"*", true}, {"\"ab\"", false}};
  for (const auto& [header, known] : cases) {
    Request request;
    request.headers.emplace_back("if-none-match", header);
    EXPECT_EQ(is_known(request, etag), known) << header;
  }
}

}  // namespace
}  // namespace bitacora::http
