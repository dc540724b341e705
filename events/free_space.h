// Whether there is room to go on writing.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>

namespace bitacora::events {

// Free bytes on the file system of the folder, as statvfs has them; 0 when it cannot be asked.
std::uint64_t free_bytes_of(const std::filesystem::path& folder);

// Asks for the free space at most once an interval while there is enough of it, and every time
// while there is not, so that the first command after somebody made room is taken.
class FreeSpaceWatch {
 public:
  // Asks at once: what is written beside the appends comes before the first of them, too.
  FreeSpaceWatch(std::filesystem::path folder, std::uint64_t watermark_bytes,
                 std::function<std::uint64_t(const std::filesystem::path&)> free_bytes);

  // One thread: the appender.
  bool is_full(std::chrono::steady_clock::time_point now);
  // What is_full() said last. Any thread.
  [[nodiscard]] bool was_full() const { return full_.load(std::memory_order_relaxed); }

 private:
  const std::filesystem::path folder_;
  const std::uint64_t watermark_bytes_;
  const std::function<std::uint64_t(const std::filesystem::path&)> free_bytes_;
  std::chrono::steady_clock::time_point next_check_{};
  std::atomic<bool> full_{true};
};

}  // namespace bitacora::events
