#include "tests/upload_metadata.h"

#include <sodium.h>

namespace bitacora {

namespace {

std::string base64(const std::string& text) {
  std::string encoded(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(encoded.data(), encoded.size(),
                    reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  encoded.pop_back();  // the zero at its end
  return encoded;
}

}  // namespace

std::string upload_metadata_of(const std::string& filename) {
  return "filename " + base64(filename);
}

}  // namespace bitacora
