// The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload), read and written. Pure and
// thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "http/message.h"

namespace bitacora::http {

inline constexpr std::string_view tus_version = "1.0.0";
inline constexpr std::string_view tus_extensions =
    "creation,creation-with-upload,termination,expiration";

// TusVersion unless the request says that it speaks our version.
events::Result<void> check_tus_version(const Request& request);

// A header that is a whole number, such as Upload-Offset. BadRequest when it is missing or none.
events::Result<std::uint64_t> tus_number(const Request& request, std::string_view name);

// Whether the request says that its body is a part of a file.
bool has_upload_body_type(const Request& request);

struct UploadMetadata {
  std::string filename;  // UTF-8, as its sender wrote it
  std::string filetype;  // "audio/webm;codecs=opus"; may be empty
};

// Of the header Upload-Metadata: pairs of a key and a value in base64, with commas between them.
// Keys that are not ours are left alone. BadRequest for another form, a file name that is missing
// or not UTF-8, or a key that comes twice.
events::Result<UploadMetadata> upload_metadata(const Request& request);

}  // namespace bitacora::http
