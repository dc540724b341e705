// The worker's program, as the server starts it: from a file in memory, so that the one binary
// carries it and no path has to be right.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "events/error.h"
#include "projections/media/descriptor.h"

namespace bitacora::projections::media {

class WorkerProgram {
 public:
  // A copy of the bytes that nobody can change any more.
  static events::Result<std::shared_ptr<const WorkerProgram>> of_bytes(
      std::span<const std::byte> program);
  static events::Result<std::shared_ptr<const WorkerProgram>> of_file(
      const std::filesystem::path& path);

  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

 private:
  explicit WorkerProgram(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
  Descriptor descriptor_;
};

}  // namespace bitacora::projections::media
