// The files of the console and of the contact's page, carried in the binary.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "http/message.h"

namespace bitacora::http {

// One file, in static storage. An empty form is not there.
struct AssetFile {
  std::string_view path;  // "/assets/index-Bx3f.js"
  std::string_view bytes;
  std::string_view gzip;
  std::string_view brotli;
};

// What web/dist held when the program was built, in the order of the paths; nothing when the
// console was not built. The source is written by cmake/assets.cmake.
std::span<const AssetFile> carried_assets();

// Serves files with the encoding that the client takes, an ETag, and 304 for those it has already.
// Names below /assets/ have their content's hash in them and are kept for ever; the others are
// asked for anew each time. Immutable, so thread-safe.
class Assets {
 public:
  // The files outlive it.
  explicit Assets(std::span<const AssetFile> files);
  ~Assets();

  // NotFound when there is no such file.
  [[nodiscard]] events::Result<Response> serve(const Request& request, std::string_view path) const;

  [[nodiscard]] bool is_empty() const;

 private:
  struct Served;
  [[nodiscard]] const Served* find(std::string_view path) const;

  std::vector<Served> served_;
};

// Adds a route for each file, / for index.html (the console, whose own addresses are behind a #)
// and /chat for chat.html. Without files those two say that the console was not built.
void add_asset_routes(Router& router, std::span<const AssetFile> files = carried_assets());

}  // namespace bitacora::http
