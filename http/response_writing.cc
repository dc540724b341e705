#include "http/response_writing.h"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <ctime>

namespace bitacora::http {

namespace {

using beast_http::field;

constexpr std::string_view html_policy =
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr std::string_view other_policy = "default-src 'none'; frame-ancestors 'none'";

// Written once a second on each thread.
std::string_view http_date() {
  thread_local std::time_t written_at = -1;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != written_at) {
    text = http_time(now);
    written_at = now;
  }
  return text;
}

}  // namespace

// Not by strftime, which follows the locale.
std::string http_time(std::time_t time) {
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   days.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                                   months.at(static_cast<std::size_t>(utc.tm_mon)),
                                   utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return {text.data(), static_cast<std::size_t>(length)};
}

bool has_sound_headers(const Response& response) {
  const auto is_sound = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
  };
  return is_sound(response.content_type) &&
         std::all_of(response.headers.begin(), response.headers.end(), [&](const auto& header) {
           return is_sound(header.first) && is_sound(header.second);
         });
}

bool is_bodiless(beast_http::status status) {
  return status == beast_http::status::no_content || status == beast_http::status::not_modified;
}

beast_http::response_header<> response_head(const Response& response, std::string_view request_id) {
  beast_http::response_header<> head;
  head.result(response.status);
  head.set(field::date, http_date());
  if (!is_bodiless(response.status)) {
    head.set(field::content_type, response.content_type);
  }
  head.set("X-Request-Id", request_id);
  head.set("X-Content-Type-Options", "nosniff");
  head.set("Referrer-Policy", "no-referrer");
  head.set(field::cache_control, "no-store");
  head.set("Content-Security-Policy",
           response.content_type.starts_with("text/html") ? html_policy : other_policy);
  for (const auto& [name, value] : response.headers) {
    if (boost::beast::iequals(name, "Set-Cookie")) {
      head.insert(name, value);
    } else {
      head.set(name, value);
    }
  }
  return head;
}

}  // namespace bitacora::http
