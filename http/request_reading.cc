#include "http/request_reading.h"

#include <algorithm>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "events/text.h"

namespace bitacora::http {

namespace {

using beast_http::field;
using events::Error;
using events::ErrorCode;

Error bad_request(std::string detail) {
  return events::error(ErrorCode::BadRequest, std::move(detail));
}

bool is_plain(std::string_view text) {
  return events::is_utf8(text) && std::none_of(text.begin(), text.end(), [](char byte) {
           const auto value = static_cast<unsigned char>(byte);
           return value < 0x20 || value == 0x7F;
         });
}

events::Result<boost::urls::url_view> parse_target(boost::urls::string_view target) {
  if (const auto origin_form = boost::urls::parse_origin_form(target)) {
    return *origin_form;
  }
  const auto absolute = boost::urls::parse_absolute_uri(target);
  const bool is_ours = absolute &&
                       (absolute->scheme_id() == boost::urls::scheme::http ||
                        absolute->scheme_id() == boost::urls::scheme::https) &&
                       !absolute->encoded_host().empty() && !absolute->has_userinfo();
  if (!is_ours) {
    return bad_request(
        "The target of the request is neither a path nor an address of http or https.");
  }
  return *absolute;
}

events::Result<std::string> decode_path(const boost::urls::url_view& url) {
  std::string path;
  for (const boost::urls::pct_string_view encoded : url.encoded_segments()) {
    std::string segment;
    segment.resize(encoded.decoded_size());
    encoded.decode({}, boost::urls::string_token::assign_to(segment));
    if (!is_plain(segment) || segment.find('/') != std::string::npos) {
      return bad_request("The path has an escape that stands for something a path may not have.");
    }
    path += '/';
    path += segment;
  }
  return path.empty() ? std::string("/") : path;
}

events::Result<void> decode_query(const boost::urls::url_view& url, Request& request) {
  boost::urls::encoding_opts form;
  form.space_as_plus = true;
  for (const auto& parameter : url.params(form)) {
    if (!events::is_utf8(parameter.key) || !events::is_utf8(parameter.value) ||
        parameter.value.find('\0') != std::string::npos) {
      return bad_request("The query is not UTF-8.");
    }
    request.query.emplace_back(parameter.key, parameter.value);
  }
  return {};
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lower;
}

// "application/json", "application/json; charset=utf-8".
bool says_json(std::string_view content_type) {
  const std::string type = lower_case(content_type.substr(0, content_type.find(';')));
  const std::size_t end = type.find_last_not_of(" \t");
  return end != std::string::npos &&
         std::string_view(type).substr(0, end + 1) == "application/json";
}

}  // namespace

events::Result<void> check_head(const beast_http::request_header<>& head) {
  if (head.count(field::host) > 1 || (head.version() >= 11 && head.count(field::host) == 0)) {
    return bad_request("A request has one Host header.");
  }
  if (head.count(field::content_length) > 1) {
    return bad_request("A request has one Content-Length header.");
  }
  if (head.count(field::transfer_encoding) != 0) {
    if (head.version() < 11 || head.count(field::content_length) != 0 ||
        head.count(field::transfer_encoding) > 1 ||
        !boost::beast::iequals(head[field::transfer_encoding], "chunked")) {
      return bad_request(
          "The only Transfer-Encoding is chunked, without Content-Length, in HTTP/1.1.");
    }
  }
  return {};
}

events::Result<Request> request_of(const beast_http::request_header<>& head) {
  Request request;
  request.method = head.method();
  const auto url =
      parse_target(boost::urls::string_view(head.target().data(), head.target().size()));
  if (!url) {
    return url.error();
  }
  auto path = decode_path(*url);
  if (!path) {
    return path.error();
  }
  request.path = *std::move(path);
  if (auto decoded = decode_query(*url, request); !decoded) {
    return decoded.error();
  }
  if (url->has_authority()) {
    request.headers.emplace_back("host", std::string(url->encoded_host_and_port()));
  }
  for (const auto& header : head) {
    if (url->has_authority() && header.name() == field::host) {
      continue;
    }
    request.headers.emplace_back(lower_case(std::string_view(header.name_string())),
                                 std::string(std::string_view(header.value())));
  }
  return request;
}

events::Result<void> check_body_type(const Request& request, std::string_view body) {
  if (!body.empty() && !says_json(request.header("content-type").value_or(""))) {
    return events::error(ErrorCode::UnsupportedMediaType,
                         "The body has to be application/json, and Content-Type to say so.");
  }
  return {};
}

}  // namespace bitacora::http
