#include "projections/media/job.h"

#include <utility>

#include "events/error.h"

namespace bitacora::projections::media {

std::optional<MediaKind> media_kind_of(std::string_view mime) {
  static constexpr std::array<std::pair<std::string_view, MediaKind>, 7> kinds{{
      {"image/jpeg", MediaKind::Jpeg},
      {"image/png", MediaKind::Png},
      {"application/pdf", MediaKind::Pdf},
      {"audio/mpeg", MediaKind::Mp3},
      {"audio/ogg", MediaKind::Ogg},
      {"audio/webm", MediaKind::Webm},
      {"audio/mp4", MediaKind::Mp4},
  }};
  for (const auto& [name, kind] : kinds) {
    if (name == mime) return kind;
  }
  return std::nullopt;
}

std::string_view failure_name(Failure failure) {
  switch (failure) {
    case Failure::None:
      return "none";
    case Failure::Broken:
      return "broken";
    case Failure::TooManyPixels:
      return "too-many-pixels";
    case Failure::TooLong:
      return "too-long";
    case Failure::TooLarge:
      return "too-large";
    case Failure::Silent:
      return "silent";
    case Failure::Missing:
      return "missing";
    case Failure::Crashed:
      return "crashed";
    case Failure::TooSlow:
      return "too-slow";
  }
  events::invariant_broken("a failure without a name", __FILE__, __LINE__);
}

}  // namespace bitacora::projections::media
