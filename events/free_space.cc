#include "events/free_space.h"

#include <sys/statvfs.h>

#include "events/limits.h"

namespace bitacora::events {

std::uint64_t free_bytes_of(const std::filesystem::path& folder) {
  struct statvfs facts {};
  if (statvfs(folder.c_str(), &facts) != 0) return 0;
  return std::uint64_t{facts.f_bavail} * facts.f_frsize;
}

FreeSpaceWatch::FreeSpaceWatch(
    std::filesystem::path folder, std::uint64_t watermark_bytes,
    std::function<std::uint64_t(const std::filesystem::path&)> free_bytes)
    : folder_(std::move(folder)),
      watermark_bytes_(watermark_bytes),
      free_bytes_(free_bytes ? std::move(free_bytes) : free_bytes_of) {
  is_full(std::chrono::steady_clock::now());
}

bool FreeSpaceWatch::is_full(std::chrono::steady_clock::time_point now) {
  if (was_full() || now >= next_check_) {
    full_.store(free_bytes_(folder_) < watermark_bytes_, std::memory_order_relaxed);
    next_check_ = now + limits::free_space_check_interval;
  }
  return was_full();
}

}  // namespace bitacora::events
