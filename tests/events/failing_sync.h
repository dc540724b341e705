// A write that the disk failed, as Linux tells of it: by one sync, and by none after it.
#pragma once

#include <filesystem>

namespace bitacora::events {

// While it lives, the next sync of this file or folder fails with EIO. One at a time. In a program
// that is made with failing_sync.cc, all syncs go that way.
class FailingSync {
 public:
  explicit FailingSync(std::filesystem::path path);
  ~FailingSync();
  FailingSync(const FailingSync&) = delete;
  FailingSync& operator=(const FailingSync&) = delete;

 private:
  const std::filesystem::path path_;
};

}  // namespace bitacora::events
