#include "http/chat_page.h"

#include "http/assets.h"
#include "http/handling.h"

namespace bitacora::http {

namespace {

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

Answer chat_page(EdgePtr edge, Request& request) {
  // The page as it was built, neither compressed nor known to the client.
  const events::Result<Response> built = edge->assets.serve(Request{}, "/chat.html");
  if (!built) {
    co_return events::error(events::ErrorCode::NotFound,
                            "The page was not built into this program.");
  }
  Response response;
  // The page itself says that a department is missing or not there; the latter by its status too.
  const auto slug = request.parameter("department");
  if (slug && edge->directory()->department_by_slug(*slug) == nullptr) {
    response.status = beast_http::status::not_found;
  }
  response.content_type = built->content_type;
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.body = name_company(built->static_body, edge->options.company_name);
  co_return response;
}

}  // namespace

std::string name_company(std::string_view page, std::string_view name) {
  constexpr std::string_view meta = "name=\"company\"";
  constexpr std::string_view content = "content=\"";
  const std::size_t found = page.find(meta);
  const std::size_t attribute = found == std::string_view::npos ? found : page.find(content, found);
  if (attribute == std::string_view::npos) return std::string(page);
  const std::size_t begin = attribute + content.size();
  const std::size_t end = page.find('"', begin);
  if (end == std::string_view::npos) return std::string(page);
  std::string named(page.substr(0, begin));
  named += escape_html(name);
  named += page.substr(end);
  return named;
}

void add_chat_page(Router& router, const EdgePtr& edge) {
  add_route(router, edge, beast_http::verb::get, "/chat", Access::Anyone, RouteClass::Webchat,
            chat_page);
}

}  // namespace bitacora::http
