// What may be sent, told to those who choose a file.

#include "http/handling.h"

namespace bitacora::http {

namespace {

Answer attachment_rules(EdgePtr edge, Request& /*request*/) {
  const AttachmentRules& rules = edge->attachment_rules;
  json::array formats;
  for (const AttachmentFormat& format : rules.formats()) {
    formats.push_back({{"extension", format.extension},
                       {"mime", format.mime},
                       {"size_bytes_max", format.size_bytes_max}});
  }
  json::array mimes;
  for (const std::string_view mime : rules.voice_mimes()) mimes.emplace_back(mime);
  co_return json_response(
      {{"formats", std::move(formats)},
       {"voice", {{"mimes", std::move(mimes)}, {"size_bytes_max", rules.voice_bytes_max()}}},
       {"caption_code_points_max", events::limits::caption_code_points_max}});
}

}  // namespace

void add_attachment_rules(Router& router, const EdgePtr& edge) {
  using beast_http::verb;
  add_route(router, edge, verb::get, "/api/v1/attachment-rules", Access::OperatorSession,
            RouteClass::Files, attachment_rules);
  // Who looks at what may be sent need not be a contact yet.
  add_route(router, edge, verb::get, "/api/v1/webchat/attachment-rules", Access::Anyone,
            RouteClass::Files, attachment_rules);
}

}  // namespace bitacora::http
