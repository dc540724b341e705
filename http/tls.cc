#include "http/tls.h"

#include <openssl/ssl.h>

#include <string>

namespace bitacora::http {

namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using events::ErrorCode;

// Picks http/1.1; a client that offers only others is refused (RFC 7301, section 3.2).
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned int offered_length, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* picked = nullptr;
  const int outcome =
      SSL_select_next_proto(&picked, chosen_length, ours, sizeof ours - 1, offered, offered_length);
  *chosen = picked;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

events::Error unreadable(const std::filesystem::path& file, const error_code& failed) {
  return events::error(ErrorCode::Invalid,
                       "cannot use " + file.string() + " for TLS: " + failed.message());
}

}  // namespace

events::Result<std::unique_ptr<ssl::context>> open_tls(const TlsFiles& files) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Idle connections hold no record buffers.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  error_code failed;
  context->use_certificate_chain_file(files.certificate_chain_pem.string(), failed);
  if (failed) {
    return unreadable(files.certificate_chain_pem, failed);
  }
  context->use_private_key_file(files.private_key_pem.string(), ssl::context::pem, failed);
  if (failed) {
    return unreadable(files.private_key_pem, failed);
  }
  return context;
}

}  // namespace bitacora::http
