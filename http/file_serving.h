// Files of people as answers: in pieces, in parts, and never as more than what they are.
#pragma once

#include <cstdint>
#include <string>

#include "events/durable_files.h"
#include "http/edge.h"
#include "http/message.h"

namespace bitacora::http {

struct ServedFile {
  std::string name;  // harmless
  std::string mime;
  std::string etag;  // with its quotes
};

// A file to be served, with its place among those that are (Edge::files_served).
struct PlacedFile {
  Quota::Share place;  // outlives the file
  events::FileHandle file;
  std::uint64_t size_bytes = 0;
};

// The headers that such an answer has, whatever its status. Shown in place for pictures, sounds and
// PDF; to be kept otherwise. Browsers ask again each time, because who may see it changes.
void add_file_headers(Response& response, const ServedFile& file);

// The bytes, or the part that Range asks for; 304 for a client that has them, 416 past the end.
events::Result<Response> serve_file(EdgePtr edge, const Request& request, const ServedFile& served,
                                    PlacedFile placed);

}  // namespace bitacora::http
