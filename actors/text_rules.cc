#include "actors/text_rules.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <string>

#include "events/limits.h"
#include "events/text.h"

namespace bitacora::actors {

namespace limits = events::limits;
using events::ErrorCode;
using events::Result;

namespace {

events::Error invalid(std::string_view what, std::string_view why) {
  return events::error(ErrorCode::Invalid, std::string(what).append(" ").append(why));
}

Result<void> check_length(std::string_view text, std::string_view what, std::size_t count_min,
                          std::size_t count_max) {
  if (!events::is_utf8(text)) return invalid(what, "is not valid UTF-8");
  const std::size_t count = events::code_points(text);
  if (count < count_min) return invalid(what, "is empty");
  if (count > count_max) {
    return invalid(what, "is longer than " + std::to_string(count_max) + " characters");
  }
  return {};
}

// C0 controls and DEL are single bytes; C1 controls are 0xc2 followed by 0x80 to 0x9f.
bool has_control_characters(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && static_cast<unsigned char>(utf8[i + 1]) < 0xa0) return true;
  }
  return false;
}

bool is_slug_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool is_username_character(char c) { return is_slug_character(c) || c == '.' || c == '_'; }

Result<void> check_ascii_name(std::string_view text, std::string_view what, bool (*accepts)(char),
                              std::string_view alphabet) {
  if (text.empty()) return invalid(what, "is empty");
  if (text.size() > limits::slug_bytes_max) {
    return invalid(what,
                   "is longer than " + std::to_string(limits::slug_bytes_max) + " characters");
  }
  if (!std::all_of(text.begin(), text.end(), accepts)) return invalid(what, alphabet);
  return {};
}

}  // namespace

Result<void> check_message_text(std::string_view text, std::string_view what) {
  return check_length(text, what, 1, limits::message_code_points_max);
}

Result<void> check_content(const events::MessageContent& content) {
  if (!content.attachment) {
    if (content.voice) return invalid("attachment_id", "is missing");
    return check_message_text(content.text, "text");
  }
  if (content.voice && !content.text.empty()) return invalid("caption", "does not go with a voice");
  if (!events::is_utf8(content.text)) return invalid("caption", "is not valid UTF-8");
  if (events::code_points(content.text) > limits::caption_code_points_max) {
    return events::error(ErrorCode::CaptionTooLong,
                         "caption is longer than " +
                             std::to_string(limits::caption_code_points_max) + " characters");
  }
  return check_attachment(*content.attachment);
}

Result<void> check_attachment(const events::Attachment& attachment) {
  if (attachment.mime.empty() || attachment.mime.size() > limits::mime_bytes_max) {
    return invalid("the attachment's kind", "is out of bounds");
  }
  return check_length(attachment.name, "the attachment's name", 1,
                      limits::attachment_name_code_points_max);
}

Result<void> check_examination(const events::AttachmentExamined& examined) {
  constexpr std::uint8_t peak_max = 100;
  const auto is_too_loud = [](std::uint8_t peak) { return peak > peak_max; };
  if (examined.waveform.size() > limits::waveform_peaks_max ||
      std::ranges::any_of(examined.waveform, is_too_loud)) {
    return invalid("the waveform", "is out of bounds");
  }
  if (examined.reason.size() > limits::examination_reason_bytes_max ||
      !events::is_utf8(examined.reason)) {
    return invalid("the reason", "is out of bounds");
  }
  return {};
}

Result<void> check_origin(std::string_view text) {
  namespace urls = boost::urls;
  if (text.size() > limits::origin_bytes_max) {
    return invalid("an origin",
                   "is longer than " + std::to_string(limits::origin_bytes_max) + " characters");
  }
  const auto url = urls::parse_absolute_uri({text.data(), text.size()});
  const bool is_site = url && !url->encoded_host().empty() && !url->has_userinfo() &&
                       url->encoded_path().empty() && !url->has_query();
  if (!is_site) return invalid("an origin", "is not of the form https://host or https://host:port");
  const bool is_https = url->scheme() == "https";
  if (!is_https && url->scheme() != "http")
    return invalid("an origin", "begins with http or https");
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (std::any_of(text.begin(), text.end(), is_upper)) {
    return invalid("an origin", "is in lower case");
  }
  const std::uint16_t default_port = is_https ? 443 : 80;
  if (url->has_port() && (url->port_number() == 0 || url->port_number() == default_port)) {
    return invalid("an origin", "names a port only when it is not the usual one");
  }
  return {};
}

Result<void> check_name(std::string_view text, std::string_view what) {
  auto length = check_length(text, what, 1, limits::name_code_points_max);
  if (!length) return length;
  if (has_control_characters(text)) return invalid(what, "has control characters");
  if (text.find_first_not_of(' ') == std::string_view::npos) return invalid(what, "is blank");
  return {};
}

Result<void> check_note(std::string_view text) {
  return check_length(text, "note", 0, limits::note_code_points_max);
}

Result<void> check_slug(std::string_view text, std::string_view what) {
  return check_ascii_name(text, what, is_slug_character, "may have only a-z, 0-9 and -");
}

Result<void> check_username(std::string_view text) {
  return check_ascii_name(text, "username", is_username_character,
                          "may have only a-z, 0-9, dot, underscore and -");
}

}  // namespace bitacora::actors
