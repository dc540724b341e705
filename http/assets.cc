#include "http/assets.h"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cstdio>
#include <cstdlib>

#include "events/codec.h"
#include "http/byte_range.h"
#include "http/hash_text.h"

namespace bitacora::http {

namespace {

using events::ErrorCode;

enum class Coding { Identity, Gzip, Brotli };

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> content_types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".mp3", "audio/mpeg"},
    {".wasm", "application/wasm"},
}};

std::string_view content_type_of(std::string_view path) {
  for (const auto& [extension, type] : content_types) {
    if (path.ends_with(extension)) {
      return type;
    }
  }
  return "application/octet-stream";
}

std::string asset_tag(std::string_view bytes) {
  constexpr std::size_t digits_shown = 32;
  return hash_text(events::sha256(bytes)).substr(0, digits_shown);
}

// RFC 9110, section 12.5.3; of what is taken, the smallest form.
Coding choose_coding(std::string_view accept_encoding, const AssetFile& file) {
  bool brotli = false;
  bool gzip = false;
  for (const auto& [coding, parameters] :
       beast_http::ext_list({accept_encoding.data(), accept_encoding.size()})) {
    bool refused = false;
    for (const auto& [name, value] : beast_http::param_list(parameters)) {
      refused |= boost::beast::iequals(name, "q") && std::atof(std::string(value).c_str()) <= 0;
    }
    brotli |= !refused && boost::beast::iequals(coding, "br");
    gzip |= !refused && boost::beast::iequals(coding, "gzip");
  }
  if (brotli && !file.brotli.empty()) {
    return Coding::Brotli;
  }
  return gzip && !file.gzip.empty() ? Coding::Gzip : Coding::Identity;
}

Response not_built() {
  Response response;
  response.status = beast_http::status::service_unavailable;
  response.content_type = "text/html; charset=utf-8";
  response.body =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Bitácora</title>"
      "</head><body><h1>The console was not built</h1><p>The server runs, but this program was "
      "compiled without the console's files. <code>./dev build</code> builds both.</p></body>"
      "</html>";
  return response;
}

}  // namespace

struct Assets::Served {
  AssetFile file;
  std::string hash;
};

Assets::Assets(std::span<const AssetFile> files) {
  for (const AssetFile& file : files) {
    served_.push_back({file, asset_tag(file.bytes)});
  }
}

Assets::~Assets() = default;

bool Assets::is_empty() const { return served_.empty(); }

const Assets::Served* Assets::find(std::string_view path) const {
  const auto found = std::find_if(served_.begin(), served_.end(), [path](const Served& served) {
    return served.file.path == path;
  });
  return found == served_.end() ? nullptr : &*found;
}

events::Result<Response> Assets::serve(const Request& request, std::string_view path) const {
  const Served* served = find(path);
  if (served == nullptr) {
    return events::error(ErrorCode::NotFound, "There is nothing at this address.");
  }
  const Coding coding = choose_coding(request.header("accept-encoding").value_or(""), served->file);
  Response response;
  response.content_type = content_type_of(path);
  response.headers.emplace_back("Cache-Control", path.starts_with("/assets/")
                                                     ? "public, max-age=31536000, immutable"
                                                     : "no-cache");
  response.headers.emplace_back("Vary", "Accept-Encoding");
  std::string tag = "\"" + served->hash;
  switch (coding) {
    case Coding::Identity:
      response.static_body = served->file.bytes;
      break;
    case Coding::Gzip:
      response.static_body = served->file.gzip;
      response.headers.emplace_back("Content-Encoding", "gzip");
      tag += "-gzip";
      break;
    case Coding::Brotli:
      response.static_body = served->file.brotli;
      response.headers.emplace_back("Content-Encoding", "br");
      tag += "-br";
      break;
  }
  tag += '"';
  if (is_known(request, tag)) {
    response.status = beast_http::status::not_modified;
    response.static_body = {};
  }
  response.headers.emplace_back("ETag", std::move(tag));
  return response;
}

namespace {

Handler serve_file(std::shared_ptr<const Assets> assets, std::string path) {
  return [assets = std::move(assets),
          path = std::move(path)](Request& request) -> asio::awaitable<events::Result<Response>> {
    // Answered at once: nothing is captured by a coroutine.
    return [](events::Result<Response> response) -> asio::awaitable<events::Result<Response>> {
      co_return response;
    }(assets->is_empty() ? events::Result<Response>(not_built()) : assets->serve(request, path));
  };
}

}  // namespace

void add_asset_routes(Router& router, std::span<const AssetFile> files) {
  using beast_http::verb;
  const auto assets = std::make_shared<const Assets>(files);
  for (const AssetFile& file : files) {
    router.add({verb::get, std::string(file.path), Access::Anyone,
                serve_file(assets, std::string(file.path))});
  }
  router.add({verb::get, "/chat", Access::Anyone, serve_file(assets, "/chat.html")});
  router.add({verb::get, "/", Access::Anyone, serve_file(assets, "/index.html")});
}

}  // namespace bitacora::http
