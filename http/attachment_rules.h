// Which files are taken, and how large they may be. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"

namespace bitacora::http {

// How large the files of each sort may be, bytes. The manual's numbers, unless the configuration
// has others.
struct AttachmentSizes {
  std::uint64_t picture_bytes_max = 5ull * 1024 * 1024;
  std::uint64_t audio_bytes_max = 16ull * 1024 * 1024;
  std::uint64_t voice_bytes_max = 16ull * 1024 * 1024;
  std::uint64_t document_bytes_max = 100ull * 1024 * 1024;
};

struct AttachmentFormat {
  std::string_view extension;
  std::string_view mime;
  std::uint64_t size_bytes_max;
};

// What a file says it is, before any of it has come.
struct ClaimedKind {
  std::string mime;
  std::uint64_t size_bytes_max = 0;
  bool voice = false;  // a recording: nothing else has its format

  friend bool operator==(const ClaimedKind&, const ClaimedKind&) = default;
};

class AttachmentRules {
 public:
  explicit AttachmentRules(const AttachmentSizes& sizes);

  // In the order in which they are told to people.
  [[nodiscard]] std::span<const AttachmentFormat> formats() const { return formats_; }
  // Of recordings, as browsers make them.
  [[nodiscard]] std::span<const std::string_view> voice_mimes() const;
  [[nodiscard]] std::uint64_t voice_bytes_max() const { return voice_bytes_max_; }
  // The largest file of any kind.
  [[nodiscard]] std::uint64_t size_bytes_max() const;

  // By the extension of its name, and for recordings by the type that the sender says besides
  // ("audio/webm;codecs=opus"). NotAccepted for a kind that is not taken or for no bytes,
  // PayloadTooLarge past its size.
  [[nodiscard]] events::Result<ClaimedKind> claim(std::string_view name, std::string_view filetype,
                                                  std::uint64_t size_bytes) const;

 private:
  std::vector<AttachmentFormat> formats_;
  std::uint64_t voice_bytes_max_;
};

// Whether content that was found to be of this media type (content_kind.h) is what it was claimed
// to be; a recording's container may be named for video.
bool is_as_claimed(std::string_view found, const ClaimedKind& claimed);

// The refusal that names what was found, "text/html".
events::Error not_accepted(std::string_view found);

}  // namespace bitacora::http
