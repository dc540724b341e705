// Errors as clients meet them: RFC 9457 problem documents, and a page for each type.
//
// One table turns each ErrorCode into a status, a title and an explanation; the compiler holds it
// complete and in order. All functions are pure and thread-safe.
#pragma once

#include <boost/json/fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "http/message.h"

namespace bitacora::http {

struct Problem {
  events::ErrorCode code{};
  beast_http::status status{};
  std::string_view title;
  // What it means and what to do about it, a paragraph for a person.
  std::string_view explanation;
};

// Every problem there is, in the order of ErrorCode.
std::span<const Problem> problems();
const Problem& problem_of(events::ErrorCode code);

// "/problems/already-claimed".
std::string problem_type(events::ErrorCode code);

// {"type","title","status","detail","request_id"}, and what the error has besides: "owner",
// "found", "reason", "size_bytes_max". An empty request_id is left out: the frames of a WebSocket
// have none.
boost::json::object problem_object(const events::Error& error, std::string_view request_id);

// The document as application/problem+json, with Retry-After where the error knows it, and
// WWW-Authenticate with 401.
Response problem(const events::Error& error, std::string_view request_id);

// Adds the pages /problems and /problems/{name}.
void add_problem_pages(Router& router);

}  // namespace bitacora::http
