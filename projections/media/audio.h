// Audio, by FFmpeg's libraries. In a media worker's process only.
#pragma once

#include <vector>

#include "projections/media/descriptor.h"
#include "projections/media/job.h"

namespace bitacora::projections::media {

// Length and waveform; with two results, also what every receiver can play: Ogg with Opus into the
// first (the recording's own packets where it is Opus already) and MP3 into the second. Nothing of
// what else the file says goes into them.
Findings examine_audio(MediaKind kind, int source, const std::vector<Descriptor>& results);

}  // namespace bitacora::projections::media
