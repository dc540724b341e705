// A client that uploads over tus and costs the machine little: what it sends lies in memory.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "events/error.h"

namespace bitacora::bench {

using BodyRequest = boost::beast::http::request<boost::beast::http::span_body<const char>>;
using BodyAnswer = boost::beast::http::response<boost::beast::http::string_body>;

// The body is not copied: it has to live until the request was sent.
BodyRequest body_request(boost::beast::http::verb verb, const std::string& target,
                         std::string_view body);

// To a server on this machine, over a connection of its own. Blocks. Unavailable when there is no
// answer, Internal when it is not a success.
events::Result<BodyAnswer> exchange(std::uint16_t port, BodyRequest request);

inline constexpr const char* operators_side = "/api/v1";
inline constexpr const char* contacts_side = "/api/v1/webchat";

// An operator or a contact. Several threads may use it at once.
struct Uploader {
  std::uint16_t port;
  std::string side;
  std::string token;

  [[nodiscard]] events::Result<BodyAnswer> ask(BodyRequest request) const;
  // Makes the upload of a file of that name, in base64, and brings it all in one PATCH; where it
  // is.
  [[nodiscard]] events::Result<std::string> upload(std::string_view file,
                                                   std::string_view name_base64) const;
  // That upload as a message; `messages` is where messages are posted, below the side.
  [[nodiscard]] events::Result<void> send(const std::string& upload,
                                          const std::string& messages) const;
  [[nodiscard]] events::Result<void> remove(const std::string& upload) const;
};

}  // namespace bitacora::bench
