// Files of people as answers: in pieces, in parts, and never as more than what they are.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
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

// How many files are open to be served, and those for contacts among them.
struct FilesServed {
  std::atomic<std::size_t> all{0};
  std::atomic<std::size_t> of_contacts{0};
};
using FilesServedPtr = std::shared_ptr<FilesServed>;

// A place among them, to be had before the file is opened; contacts together have half of them.
class FilePlace {
 public:
  // Overloaded when there is none.
  static events::Result<std::unique_ptr<FilePlace>> take(FilesServedPtr files,
                                                         const Request& request);
  ~FilePlace();
  FilePlace(const FilePlace&) = delete;
  FilePlace& operator=(const FilePlace&) = delete;

 private:
  FilePlace(FilesServedPtr files, bool is_contacts)
      : files_(std::move(files)), is_contacts_(is_contacts) {}
  FilesServedPtr files_;
  bool is_contacts_;
};

// A file to be served, in its place.
struct PlacedFile {
  std::unique_ptr<FilePlace> place;  // outlives the file
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
