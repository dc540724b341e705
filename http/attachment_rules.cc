#include "http/attachment_rules.h"

#include <algorithm>
#include <array>

#include "http/file_names.h"

namespace bitacora::http {

namespace {

using events::ErrorCode;

constexpr std::string_view empty_kind = "application/x-empty";

struct VoiceKind {
  std::string_view mime;
  std::array<std::string_view, 3> extensions;
  // As content_kind() calls it.
  std::array<std::string_view, 4> found;
};

constexpr std::array<VoiceKind, 3> voice_kinds{{
    {"audio/webm", {"webm", "weba"}, {"audio/webm", "video/webm"}},
    {"audio/ogg", {"ogg", "oga", "opus"}, {"audio/ogg", "video/ogg", "application/ogg"}},
    {"audio/mp4", {"mp4", "m4a"}, {"audio/mp4", "video/mp4", "audio/x-m4a", "video/x-m4v"}},
}};

constexpr std::array<std::string_view, voice_kinds.size()> voice_kind_mimes{
    voice_kinds[0].mime, voice_kinds[1].mime, voice_kinds[2].mime};

template <std::size_t count>
bool has(const std::array<std::string_view, count>& names, std::string_view wanted) {
  return !wanted.empty() && std::find(names.begin(), names.end(), wanted) != names.end();
}

// "audio/webm;codecs=opus" is "audio/webm".
std::string_view without_parameters(std::string_view filetype) {
  filetype = filetype.substr(0, filetype.find(';'));
  while (filetype.ends_with(' ')) filetype.remove_suffix(1);
  return filetype;
}

// By the extension; by the type alone for a name that has none.
const VoiceKind* voice_kind(std::string_view extension, std::string_view filetype) {
  for (const VoiceKind& kind : voice_kinds) {
    if (extension.empty() ? kind.mime == filetype : has(kind.extensions, extension)) return &kind;
  }
  return nullptr;
}

events::Error too_large(std::uint64_t size_bytes_max) {
  events::Error refused =
      events::error(ErrorCode::PayloadTooLarge, "Files of this kind have at most " +
                                                    std::to_string(size_bytes_max) + " bytes.");
  refused.size_bytes_max = size_bytes_max;
  return refused;
}

}  // namespace

AttachmentRules::AttachmentRules(const AttachmentSizes& sizes)
    : formats_{{"pdf", "application/pdf", sizes.document_bytes_max},
               {"jpg", "image/jpeg", sizes.picture_bytes_max},
               {"jpeg", "image/jpeg", sizes.picture_bytes_max},
               {"png", "image/png", sizes.picture_bytes_max},
               {"mp3", "audio/mpeg", sizes.audio_bytes_max},
               {"doc", "application/msword", sizes.document_bytes_max},
               {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                sizes.document_bytes_max},
               {"xls", "application/vnd.ms-excel", sizes.document_bytes_max},
               {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                sizes.document_bytes_max}},
      voice_bytes_max_(sizes.voice_bytes_max) {}

std::span<const std::string_view> AttachmentRules::voice_mimes() const { return voice_kind_mimes; }

std::uint64_t AttachmentRules::size_bytes_max() const {
  std::uint64_t largest = voice_bytes_max_;
  for (const AttachmentFormat& format : formats_)
    largest = std::max(largest, format.size_bytes_max);
  return largest;
}

events::Result<ClaimedKind> AttachmentRules::claim(std::string_view name, std::string_view filetype,
                                                   std::uint64_t size_bytes) const {
  const std::string extension = extension_of(name);
  ClaimedKind claimed;
  for (const AttachmentFormat& format : formats_) {
    if (format.extension == extension) {
      claimed = {std::string(format.mime), format.size_bytes_max, false};
    }
  }
  if (claimed.mime.empty()) {
    const VoiceKind* kind = voice_kind(extension, without_parameters(filetype));
    if (kind == nullptr) return not_accepted(filetype.empty() ? extension : filetype);
    claimed = {std::string(kind->mime), voice_bytes_max_, true};
  }
  if (size_bytes == 0) return not_accepted(empty_kind);
  if (size_bytes > claimed.size_bytes_max) return too_large(claimed.size_bytes_max);
  return claimed;
}

bool is_as_claimed(std::string_view found, const ClaimedKind& claimed) {
  if (!claimed.voice) return found == claimed.mime;
  return std::any_of(voice_kinds.begin(), voice_kinds.end(), [&](const VoiceKind& kind) {
    return kind.mime == claimed.mime && has(kind.found, found);
  });
}

events::Error not_accepted(std::string_view found) {
  std::string what = found.empty() ? "application/octet-stream" : std::string(found);
  events::Error refused =
      events::error(ErrorCode::NotAccepted,
                    "The file is not of an accepted format, or not of the one that its "
                    "name says. It was found to be: " +
                        what + ".");
  refused.found = std::move(what);
  return refused;
}

}  // namespace bitacora::http
