#include <openssl/evp.h>

#include <memory>

#include "events/codec.h"
#include "events/sha256_stream.h"

namespace bitacora::events {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// A context that is set up once a thread: looking the algorithm up and setting a context up cost
// OpenSSL 3 more than hashing a short text.
EVP_MD_CTX* begin_hash() {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  const bool is_new = EVP_MD_CTX_get0_md(context.get()) == nullptr;
  const bool good = EVP_DigestInit_ex(context.get(), is_new ? EVP_sha256() : nullptr, nullptr) == 1;
  BITACORA_INVARIANT(good, "OpenSSL has no SHA-256");
  return context.get();
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  EVP_MD_CTX* context = begin_hash();
  Sha256 hash;
  const bool good = EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1;
  BITACORA_INVARIANT(good, "OpenSSL cannot compute SHA-256");
  return hash;
}

struct Sha256Stream::Context {
  std::unique_ptr<EVP_MD_CTX, FreeContext> of_openssl{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  const bool good = EVP_DigestInit_ex(context_->of_openssl.get(), EVP_sha256(), nullptr) == 1;
  BITACORA_INVARIANT(good, "OpenSSL has no SHA-256");
}

Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::add(std::string_view bytes) {
  const bool good = EVP_DigestUpdate(context_->of_openssl.get(), bytes.data(), bytes.size()) == 1;
  BITACORA_INVARIANT(good, "OpenSSL cannot compute SHA-256");
}

Sha256 Sha256Stream::finish() {
  Sha256 hash;
  const bool good = EVP_DigestFinal_ex(context_->of_openssl.get(), hash.data(), nullptr) == 1;
  BITACORA_INVARIANT(good, "OpenSSL cannot compute SHA-256");
  return hash;
}

}  // namespace bitacora::events
