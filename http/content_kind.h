// What a file is, by its content: never by its name, nor by what its sender says.
#pragma once

#include <filesystem>
#include <string>

#include "events/error.h"

namespace bitacora::http {

// Its media type, "application/pdf"; "application/x-empty" for no bytes, and
// "application/octet-stream" for what nobody knows.
//
// By libmagic on the first limits::looked_at_bytes_max bytes, and for Office's formats by a look
// inside: a zip is a Word document or an Excel sheet only when its list of contents says so, a
// compound file only when it has the stream that makes it one. A recording is told by its
// container, which may be named for video: "video/webm". Blocks for reads of the file, bounded in
// time and memory whatever its bytes are. Thread-safe. Unavailable when the file cannot be read.
events::Result<std::string> content_kind(const std::filesystem::path& file);

}  // namespace bitacora::http
