// Thumbnails, by libvips. In a media worker's process only.
#pragma once

#include "projections/media/job.h"

namespace bitacora::projections::media {

// Loads libvips, with the three loaders that are wanted and no other.
void load_pictures();
// Makes a thumbnail of each kind from pictures of its own: fonts and colour tables are found by it.
void warm_up_pictures();

// Writes the picture, or a PDF's first page, as WebP to `result`: upright, in sRGB, at most
// limits::thumbnail_side_px on its longer side and never larger than it is, transparent where it is
// transparent, and with nothing of what else the file says (camera, place, comments).
Findings make_thumbnail(MediaKind kind, int source, int result);

}  // namespace bitacora::projections::media
