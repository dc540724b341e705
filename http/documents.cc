#include "http/documents.h"

#include "http/handling.h"

namespace bitacora::http {

namespace {

Response document(std::string_view text) {
  Response response;
  response.static_body = text;
  return response;
}

Answer openapi(EdgePtr /*edge*/, Request& /*request*/) { co_return document(openapi_document()); }

Answer asyncapi(EdgePtr /*edge*/, Request& /*request*/) { co_return document(asyncapi_document()); }

}  // namespace

void add_documents(Router& router, const EdgePtr& edge) {
  const auto route = [&](std::string pattern, Serve serve) {
    add_route(router, edge, beast_http::verb::get, std::move(pattern), Access::Anyone,
              RouteClass::Operations, serve);
  };
  route("/openapi.json", openapi);
  route("/asyncapi.json", asyncapi);
}

}  // namespace bitacora::http
