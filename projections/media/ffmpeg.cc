#include "projections/media/ffmpeg.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "projections/media/write_whole.h"

namespace bitacora::projections::media {

namespace {

constexpr int buffer_bytes = 64 * 1024;

int descriptor_of(void* opaque) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(opaque));
}

int read_some(void* opaque, std::uint8_t* buffer, int size) {
  for (;;) {
    const ssize_t got = read(descriptor_of(opaque), buffer, static_cast<std::size_t>(size));
    if (got > 0) return static_cast<int>(got);
    if (got == 0) return AVERROR_EOF;
    if (errno != EINTR) return AVERROR(errno);
  }
}

int write_some(void* opaque, std::uint8_t* buffer, int size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(buffer), static_cast<std::size_t>(size));
  return write_whole(descriptor_of(opaque), bytes) ? size : AVERROR(errno);
}

std::int64_t seek_to(void* opaque, std::int64_t offset, int whence) {
  if (whence == AVSEEK_SIZE) {
    struct stat facts {};
    return fstat(descriptor_of(opaque), &facts) == 0 ? facts.st_size : AVERROR(errno);
  }
  const off_t place = lseek(descriptor_of(opaque), offset, whence & ~AVSEEK_FORCE);
  return place >= 0 ? place : AVERROR(errno);
}

File make_file(int descriptor, bool writes) {
  auto* const buffer = static_cast<std::uint8_t*>(av_malloc(buffer_bytes));
  // FFmpeg hands it back as it is.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  void* const opaque = reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor));
  return File(avio_alloc_context(buffer, buffer_bytes, writes ? 1 : 0, opaque,
                                 writes ? nullptr : read_some, writes ? write_some : nullptr,
                                 seek_to));
}

}  // namespace

File reading_file(int descriptor) { return make_file(descriptor, false); }
File writing_file(int descriptor) { return make_file(descriptor, true); }

}  // namespace bitacora::projections::media
