// What a tus client says of a file.
#pragma once

#include <string>

namespace bitacora {

// The header Upload-Metadata: "filename <base64>".
std::string upload_metadata_of(const std::string& filename);

}  // namespace bitacora
