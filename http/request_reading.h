// From what Beast read to a Request of ours: the target taken apart, the rules of HTTP that Beast
// leaves open decided strictly. Pure.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/message.h"

namespace bitacora::http {

using HttpRequest = beast_http::request<beast_http::string_body>;

// BadRequest for what could be read in two ways: a missing or doubled Host, a Transfer-Encoding
// other than chunked or with HTTP/1.0, a doubled Content-Length.
events::Result<void> check_head(const beast_http::request_header<>& head);

// All but the body. Splits and decodes the target, in origin form or, as RFC 9112, section 3.2.2,
// wants it, in absolute form, whose authority takes the place of Host. BadRequest for a target that
// is neither, has a bad escape, decodes to something other than UTF-8, or hides a slash or a
// control character in an escape.
events::Result<Request> request_of(const beast_http::request_header<>& head);

// UnsupportedMediaType for a body that does not say it is JSON.
events::Result<void> check_body_type(const Request& request, std::string_view body);

}  // namespace bitacora::http
