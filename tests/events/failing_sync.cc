#include "tests/events/failing_sync.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace bitacora::events {

namespace {

// Has no destructor: other threads sync until the program ends.
std::atomic<const std::filesystem::path*> failing_path{nullptr};

bool fails(int descriptor) {
  const std::filesystem::path* const path = failing_path;
  if (path == nullptr) return false;
  std::error_code ignored;
  const auto link = std::filesystem::path("/proc/self/fd") / std::to_string(descriptor);
  if (std::filesystem::read_symlink(link, ignored) != *path) return false;
  failing_path = nullptr;
  errno = EIO;
  return true;
}

}  // namespace

FailingSync::FailingSync(std::filesystem::path path) : path_(std::move(path)) {
  failing_path = &path_;
}

FailingSync::~FailingSync() { failing_path = nullptr; }

}  // namespace bitacora::events

// In the place of the C library's.
extern "C" int fsync(int descriptor) {
  if (bitacora::events::fails(descriptor)) return -1;
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}

extern "C" int fdatasync(int descriptor) {
  if (bitacora::events::fails(descriptor)) return -1;
  return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}
