// Points in time as the log knows them: milliseconds of UTC.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bitacora::events {

// Milliseconds since 1970-01-01T00:00:00Z, leap seconds left out. A plain value.
class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant from_unix_ms(std::int64_t unix_ms) { return Instant(unix_ms); }

  [[nodiscard]] constexpr std::int64_t unix_ms() const { return unix_ms_; }
  [[nodiscard]] constexpr Instant plus_ms(std::int64_t ms) const { return Instant(unix_ms_ + ms); }

  // RFC 3339 in UTC with milliseconds: "2026-11-22T15:57:34.123Z".
  [[nodiscard]] std::string to_string() const;
  // Accepts exactly the form that to_string() gives; nullopt for everything else.
  static std::optional<Instant> parse(std::string_view text);

  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;

 private:
  constexpr explicit Instant(std::int64_t unix_ms) : unix_ms_(unix_ms) {}
  std::int64_t unix_ms_ = 0;
};

// Where the time comes from. Handed in by tools/, so that tests choose it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

}  // namespace bitacora::events
