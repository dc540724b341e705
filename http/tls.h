// The TLS side of the listener: TLS 1.2 and 1.3 with a certificate from files.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "events/error.h"
#include "http/server.h"

namespace bitacora::http {

// Offers http/1.1 by ALPN. Invalid, with the file, when the certificate or its key cannot be read
// or do not go together.
events::Result<std::unique_ptr<asio::ssl::context>> open_tls(const TlsFiles& files);

}  // namespace bitacora::http
