#include "events/time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace bitacora::events {

namespace {

constexpr std::size_t instant_text_length = 24;  // "2026-11-22T15:57:34.123Z"

// The number that so many digits stand for; `good` becomes false when one is no digit.
template <int Count>
int digits(const char* text, bool& good) {
  int value = 0;
  for (int i = 0; i < Count; ++i) {
    const int digit = text[i] - '0';
    good = good && digit >= 0 && digit <= 9;
    value = value * 10 + digit;
  }
  return value;
}

void put_digits(char* out, int count, unsigned value) {
  for (int i = count - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

std::string Instant::to_string() const {
  using namespace std::chrono;
  const sys_time<milliseconds> point{milliseconds{unix_ms_}};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss clock{point - day};
  std::string text = "0000-00-00T00:00:00.000Z";
  put_digits(text.data(), 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put_digits(text.data() + 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text.data() + 8, 2, static_cast<unsigned>(date.day()));
  put_digits(text.data() + 11, 2, static_cast<unsigned>(clock.hours().count()));
  put_digits(text.data() + 14, 2, static_cast<unsigned>(clock.minutes().count()));
  put_digits(text.data() + 17, 2, static_cast<unsigned>(clock.seconds().count()));
  put_digits(text.data() + 20, 3, static_cast<unsigned>(clock.subseconds().count()));
  return text;
}

std::optional<Instant> Instant::parse(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != instant_text_length || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
      text[13] != ':' || text[16] != ':' || text[19] != '.' || text[23] != 'Z') {
    return std::nullopt;
  }
  bool good = true;
  const char* const at = text.data();
  const year_month_day date{year{digits<4>(at, good)},
                            month{static_cast<unsigned>(digits<2>(at + 5, good))},
                            day{static_cast<unsigned>(digits<2>(at + 8, good))}};
  const int h = digits<2>(at + 11, good);
  const int m = digits<2>(at + 14, good);
  const int s = digits<2>(at + 17, good);
  const int ms = digits<3>(at + 20, good);
  if (!good || !date.ok() || h > 23 || m > 59 || s > 59) return std::nullopt;
  const auto point = sys_days{date} + hours{h} + minutes{m} + seconds{s} + milliseconds{ms};
  return Instant(point.time_since_epoch().count());
}

Instant SystemClock::now() const {
  using namespace std::chrono;
  return Instant::from_unix_ms(
      duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

}  // namespace bitacora::events
