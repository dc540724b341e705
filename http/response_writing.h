// From a Response of ours to the head that Beast writes: Date, Content-Type, and the headers that
// keep browsers from doing more with an answer than was meant. Pure, apart from the time of Date.
#pragma once

#include <boost/beast/http/message.hpp>
#include <ctime>
#include <string>

#include "http/message.h"

namespace bitacora::http {

// Content-Length is left to the caller, who knows whether the body is written.
//
// Every answer: nosniff, Referrer-Policy, X-Request-Id, Cache-Control: no-store and a
// Content-Security-Policy (own scripts and pictures only for HTML, nothing for the rest; framed by
// nobody), the last two unless the response has its own.
beast_http::response_header<> response_head(const Response& response, std::string_view request_id);

// As HTTP writes a time (RFC 9110, section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_time(std::time_t time);

// Whether no header of the response could be taken for the end of the head or for another header.
bool has_sound_headers(const Response& response);

// Whether an answer of this status has no body at all: 204 and 304.
bool is_bodiless(beast_http::status status);

}  // namespace bitacora::http
