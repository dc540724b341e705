// A job's results: files in memory that the worker fills, and that nobody can change once they are
// looked at.
#pragma once

#include <memory>
#include <string_view>

#include "events/error.h"
#include "projections/media/descriptor.h"
#include "projections/media/job.h"

namespace bitacora::projections::media {

// For a worker to fill. Unavailable when the system has no descriptors left.
events::Result<Descriptor> empty_file();

class SealedFile {
 public:
  // Null when the worker still has its hand in it, or it cannot be read. The file stays the
  // caller's, for as long as this lives.
  static std::unique_ptr<const SealedFile> seal(const Descriptor& file);
  ~SealedFile();
  SealedFile(const SealedFile&) = delete;
  SealedFile& operator=(const SealedFile&) = delete;

  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  explicit SealedFile(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;  // mapped
};

// Whether the bytes begin as the result of that number does (WebP; Ogg, MP3), and are within its
// bound.
bool looks_like(MediaKind kind, std::size_t result, std::string_view bytes);

}  // namespace bitacora::projections::media
