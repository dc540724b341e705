#include "http/tus.h"

#include <sodium.h>

#include <boost/beast/core/string.hpp>
#include <charconv>
#include <limits>

#include "events/limits.h"
#include "events/text.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::ErrorCode;

events::Error bad_upload(std::string detail) {
  return events::error(ErrorCode::BadRequest, std::move(detail));
}

events::Error bad_metadata() {
  return bad_upload(
      "Upload-Metadata is pairs of a key and a value in base64 with commas between them, with a "
      "filename among them.");
}

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  std::size_t filled = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &filled, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  bytes.resize(filled);
  return bytes;
}

// Where the value of a key of ours goes.
std::string* place_of(UploadMetadata& metadata, std::string_view key) {
  if (key == "filename") return &metadata.filename;
  if (key == "filetype") return &metadata.filetype;
  return nullptr;
}

}  // namespace

events::Result<void> check_tus_version(const Request& request) {
  if (request.header("tus-resumable") == tus_version) return {};
  return events::error(ErrorCode::TusVersion,
                       "The request has to say Tus-Resumable: " + std::string(tus_version) + ".");
}

events::Result<std::uint64_t> tus_number(const Request& request, std::string_view name) {
  const std::string_view text = request.header(name).value_or(std::string_view());
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, failed] = std::from_chars(text.data(), end, value);
  if (text.empty() || failed != std::errc() || stopped != end || value > most) {
    return bad_upload("The header " + std::string(name) + " is a whole number, and is needed.");
  }
  return value;
}

bool has_upload_body_type(const Request& request) {
  const auto type = request.header("content-type");
  return type && boost::beast::iequals(*type, "application/offset+octet-stream");
}

events::Result<UploadMetadata> upload_metadata(const Request& request) {
  std::string_view left = request.header("upload-metadata").value_or(std::string_view());
  if (left.size() > limits::upload_metadata_bytes_max) return bad_metadata();
  UploadMetadata metadata;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(','), left.size());
    const std::string_view pair = without_spaces(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
    const std::size_t space = std::min(pair.find(' '), pair.size());
    std::string* const place = place_of(metadata, pair.substr(0, space));
    if (place == nullptr) continue;
    auto value = from_base64(without_spaces(pair.substr(space)));
    if (!value || !place->empty() || !events::is_utf8(*value)) return bad_metadata();
    *place = *std::move(value);
  }
  if (metadata.filename.empty()) return bad_metadata();
  return metadata;
}

}  // namespace bitacora::http
