#include "events/ids.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <type_traits>
#include <vector>

#include "events/error.h"
#include "events/event.h"
#include "events/text.h"
#include "tests/events/sample_events.h"

namespace bitacora::events {
namespace {

static_assert(!std::is_convertible_v<OperatorId, ConversationId>);
static_assert(!std::is_convertible_v<UuidBytes, OperatorId>);
static_assert(!std::is_convertible_v<std::uint64_t, Position>);
static_assert(!std::equality_comparable_with<Position, Version>);
static_assert(!std::equality_comparable_with<Position, std::uint64_t>);

TEST(Uuid, AscendsForTheSameAndForALaterTime) {
  const Instant now = sample_time().plus_ms(1'000'000'000);
  UuidBytes last{};
  for (int i = 0; i < 20'000; ++i) {
    // The clock stands still for long, then moves, then goes back.
    const UuidBytes next = new_uuid(i < 10'000 ? now : i < 15'000 ? now.plus_ms(i) : now);
    ASSERT_LT(last, next) << i;
    last = next;
  }
}

TEST(Uuid, IsOfVersion7AndTellsItsTime) {
  const Instant time = sample_time().plus_ms(2'000'000'000);
  std::thread([&] {  // a thread of its own has made no later one
    const UuidBytes bytes = new_uuid(time);
    EXPECT_EQ(bytes[6] >> 4, 7);
    EXPECT_EQ(bytes[8] >> 6, 2);
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) ms = ms << 8 | bytes[i];
    EXPECT_EQ(ms, time.unix_ms());
  })
      .join();
}

TEST(Uuid, IsNeverTheSameFromSeveralThreads) {
  std::vector<std::vector<UuidBytes>> made(4);
  std::vector<std::thread> threads;
  for (auto& each : made) {
    threads.emplace_back([&each] {
      for (int i = 0; i < 5'000; ++i) each.push_back(new_uuid(sample_time()));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<UuidBytes> all;
  for (const auto& each : made) all.insert(each.begin(), each.end());
  EXPECT_EQ(all.size(), 20'000u);
}

TEST(Uuid, IsReadInItsCanonicalFormAlone) {
  const std::string canonical = "0197f3a0-1234-7abc-8def-0123456789ab";
  ASSERT_TRUE(parse_uuid(canonical));
  EXPECT_EQ(format_uuid(*parse_uuid(canonical)), canonical);
  for (const std::string wrong :
       {"", "0197f3a0-1234-7abc-8def-0123456789a", "0197f3a0-1234-7abc-8def-0123456789abc",
        "0197F3A0-1234-7abc-8def-0123456789ab", "0197f3a012347abc8def0123456789ab",
        "0197f3a0-1234-7abc-8def_0123456789ab", "0197f3a0-1234-7abc-8def-0123456789ag",
        "{197f3a0-1234-7abc-8def-0123456789a}", " 197f3a0-1234-7abc-8def-0123456789ab",
        "0197f3a0--234-7abc-8def-0123456789ab"}) {
    EXPECT_FALSE(parse_uuid(wrong)) << wrong;
  }
}

TEST(Uuid, IsReadOfNothingButLowerCaseDigitsInTheirPlaces) {
  const std::string zeros = "00000000-0000-0000-0000-000000000000";
  const std::string digits = "0123456789abcdef";
  for (std::size_t place = 0; place < zeros.size(); ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = zeros;
      text[place] = static_cast<char>(byte);
      const bool is_good =
          zeros[place] == '-' ? byte == '-' : digits.find(text[place]) != std::string::npos;
      const auto bytes = parse_uuid(text);
      ASSERT_EQ(bytes.has_value(), is_good) << place << ": " << byte;
      if (bytes) {
        ASSERT_EQ(format_uuid(*bytes), text);
      }
    }
  }
}

TEST(StreamId, IsReadBackFromItsText) {
  const StreamId streams[] = {
      StreamId::of(sample_id<ConversationId>(1)), StreamId::of(sample_id<ContactId>(2)),
      StreamId::queue_of(sample_id<DepartmentId>(3)), StreamId::directory()};
  for (const StreamId& stream : streams) {
    EXPECT_EQ(StreamId::parse(stream.to_string()), stream) << stream.to_string();
  }
  EXPECT_EQ(streams[0].to_string(), "conversation-00000000-0000-7000-8000-000000000001");
  EXPECT_EQ(streams[2].to_string(), "queue-00000000-0000-7000-8000-000000000003");
  for (const std::string wrong : {"", "conversation-", "chat-00000000-0000-7000-8000-000000000001",
                                  "conversation-00000000-0000-7000-8000-00000000000"}) {
    EXPECT_FALSE(StreamId::parse(wrong)) << wrong;
  }
}

TEST(Who, IsReadBackFromItsText) {
  for (const Who& who :
       {Who::system(), Who::of(sample_id<ContactId>(2)), Who::of(sample_id<OperatorId>(3))}) {
    EXPECT_EQ(Who::parse(who.to_string()), who) << who.to_string();
  }
  EXPECT_EQ(Who::of(sample_id<OperatorId>(3)).to_string(),
            "operator:00000000-0000-7000-8000-000000000003");
  for (const std::string wrong :
       {"", "systems", "contact:", "admin:x", "operator:00000000-0000-7000-8000-00000000000"}) {
    EXPECT_FALSE(Who::parse(wrong)) << wrong;
  }
}

TEST(Instant, IsReadBackFromItsText) {
  const std::pair<std::int64_t, std::string> cases[] = {
      {0, "1970-01-01T00:00:00.000Z"},
      {1'795'363'054'123, "2026-11-22T15:57:34.123Z"},
      {951'782'400'000, "2000-02-29T00:00:00.000Z"},
      {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
  };
  for (const auto& [ms, text] : cases) {
    EXPECT_EQ(Instant::from_unix_ms(ms).to_string(), text);
    EXPECT_EQ(Instant::parse(text), Instant::from_unix_ms(ms)) << text;
  }
}

TEST(Instant, RefusesEveryOtherForm) {
  for (const std::string wrong :
       {"", "2026-11-22T15:57:34Z", "2026-11-22T15:57:34.123", "2026-11-22 15:57:34.123Z",
        "2026-11-22t15:57:34.123z", "2026-13-22T15:57:34.123Z", "2026-02-29T15:57:34.123Z",
        "2026-11-22T24:00:00.000Z", "2026-11-22T15:60:34.123Z", "2026-11-22T15:57:60.123Z",
        "2026-11-22T15:57:34.12aZ", "2026-11-22T15:57:3-.123Z", "+026-11-22T15:57:34.123Z",
        "2026-11-22T15:57:34.1234Z"}) {
    EXPECT_FALSE(Instant::parse(wrong)) << wrong;
  }
}

TEST(Text, IsCountedAndCutInCodePoints) {
  const std::string text = "añ€😀";  // 1, 2, 3 and 4 bytes
  EXPECT_EQ(code_points(text), 4u);
  EXPECT_EQ(first_code_points(text, 0), "");
  EXPECT_EQ(first_code_points(text, 1), "a");
  EXPECT_EQ(first_code_points(text, 2), "añ");
  EXPECT_EQ(first_code_points(text, 3), "añ€");
  EXPECT_EQ(first_code_points(text, 4), text);
  EXPECT_EQ(first_code_points(text, 9), text);
  EXPECT_EQ(code_points(""), 0u);
  EXPECT_TRUE(is_utf8(text));
  EXPECT_FALSE(is_utf8(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80")) << "a surrogate";
  EXPECT_FALSE(is_utf8("\xc0\x80")) << "longer than it has to be";
}

TEST(ErrorNames, AreAllThereAndDifferent) {
  std::set<std::string_view> names;
  for (std::uint8_t i = 0; i < error_code_count; ++i) {
    names.insert(error_name(static_cast<ErrorCode>(i)));
  }
  EXPECT_EQ(names.size(), error_code_count);
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace bitacora::events
