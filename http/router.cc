#include <algorithm>
#include <string>

#include "http/message.h"

namespace bitacora::http {

namespace {

std::optional<std::string_view> find_named(
    const std::vector<std::pair<std::string, std::string>>& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(),
                                  [name](const auto& pair) { return pair.first == name; });
  return found == pairs.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

// Takes the first segment off a path: "/a/b" gives "a" and leaves "/b".
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

// A {…} matches one segment that is not empty; a {…*} at the end matches the rest of the path.
bool matches(std::string_view pattern, std::string_view path,
             std::vector<std::string>& parameters) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = take_segment(pattern);
    if (expected.ends_with("*}")) {
      parameters.emplace_back(path.substr(1));
      return true;
    }
    const std::string_view segment = take_segment(path);
    if (expected.starts_with('{')) {
      if (segment.empty()) {
        return false;
      }
      parameters.emplace_back(segment);
    } else if (segment != expected) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  return find_named(headers, name);
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  return find_named(query, name);
}

void Router::add(Route route) {
  BITACORA_INVARIANT(route.pattern.starts_with('/'), "a route's pattern begins with a slash");
  routes_.push_back(std::move(route));
}

events::Result<const Route*> Router::find(Request& request, std::string& allowed) const {
  const beast_http::verb wanted =
      request.method == beast_http::verb::head ? beast_http::verb::get : request.method;
  allowed.clear();
  std::vector<std::string> parameters;
  for (const Route& route : routes_) {
    parameters.clear();
    if (!matches(route.pattern, request.path, parameters)) {
      continue;
    }
    if (route.method == wanted || route.method == request.method) {
      request.path_parameters = std::move(parameters);
      return &route;
    }
    if (!allowed.empty()) {
      allowed += ", ";
    }
    allowed += std::string_view(beast_http::to_string(route.method));
    if (route.method == beast_http::verb::get) {
      allowed += ", HEAD";
    }
  }
  if (!allowed.empty()) {
    return events::error(events::ErrorCode::MethodNotAllowed,
                         "This address takes " + allowed + " only.");
  }
  return events::error(events::ErrorCode::NotFound, "There is nothing at this address.");
}

}  // namespace bitacora::http
