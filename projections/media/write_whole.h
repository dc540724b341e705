// Writing all bytes to a descriptor.
#pragma once

#include <cstddef>
#include <span>

namespace bitacora::projections::media {

// False, with errno, when they cannot be written: EFBIG past the process' largest file.
bool write_whole(int descriptor, std::span<const std::byte> bytes);

}  // namespace bitacora::projections::media
