// A recording as Safari's MediaRecorder makes them: AAC in MP4.
#pragma once

#include <chrono>
#include <string>

namespace bitacora::projections::media {

enum class Mp4Form {
  Fragments,  // as it is recorded: a head that knows no length, and pieces behind it
  Whole,      // as it is saved: the sound, and one index behind it
};

// One channel of a tone, 48,000 samples a second, that grows evenly from silence and falls back to
// it.
std::string safari_recording(std::chrono::milliseconds length, Mp4Form form);

}  // namespace bitacora::projections::media
