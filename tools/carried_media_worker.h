// The media worker's program, which the binary carries.
#pragma once

#include <cstddef>
#include <span>

namespace bitacora::tools {

// As tools/media_worker.cc was built and stripped. Lives as long as the process.
std::span<const std::byte> carried_media_worker();

}  // namespace bitacora::tools
