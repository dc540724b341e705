// A certificate for tests of TLS.
#pragma once

#include <filesystem>

namespace bitacora {

// Writes a new key, and a certificate for it that signs itself and is good for an hour: of
// "localhost" and 127.0.0.1. Both are PEM files.
void write_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key);

}  // namespace bitacora
