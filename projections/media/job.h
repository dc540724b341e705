// What the server asks of a media worker, and what the worker answers.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "events/limits.h"

namespace bitacora::projections::media {

// The formats that are looked into, each by one decoder: what a file is has been found out before,
// and nobody guesses again.
enum class MediaKind : std::uint8_t { Jpeg, Png, Pdf, Mp3, Ogg, Webm, Mp4 };
inline constexpr int media_kind_count = static_cast<int>(MediaKind::Mp4) + 1;

// nullopt for formats that have neither a picture nor a length.
std::optional<MediaKind> media_kind_of(std::string_view mime);

constexpr bool is_audio(MediaKind kind) { return kind >= MediaKind::Mp3; }

// Why there is no thumbnail, or no length and waveform.
enum class Failure : std::uint8_t {
  None,
  Broken,         // cannot be decoded
  TooManyPixels,  // past limits::picture_pixels_max
  TooLong,        // past limits::audio_duration_max
  TooLarge,       // what would be made of it is past its bound
  Silent,         // nothing to be heard in it: no track of sound
  Missing,        // its bytes are not there
  Crashed,        // the worker died over it, limits::media_attempts_max times
  TooSlow,        // past one of the bounds of time
};
inline constexpr int failure_count = static_cast<int>(Failure::TooSlow) + 1;
// "too-many-pixels".
std::string_view failure_name(Failure failure);

// What was found out. Pictures have a thumbnail, audio the rest.
struct Findings {
  Failure failure = Failure::None;
  std::uint64_t duration_ms = 0;
  // Peaks over equal parts of the whole, 0 to 100, 100 being the loudest of them; at most
  // limits::waveform_peaks_max.
  std::vector<std::uint8_t> waveform{};
  friend bool operator==(const Findings&, const Findings&) = default;
};

}  // namespace bitacora::projections::media
