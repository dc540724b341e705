// The other ceiling of durable messages: RocksDB alone, writing the bytes of such messages in
// synced batches.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

#include "events/error.h"

namespace bitacora::bench {

class RawBatches {
 public:
  static events::Result<std::unique_ptr<RawBatches>> open(const std::filesystem::path& folder);
  virtual ~RawBatches() = default;
  // Writes the rows of so many messages, `batch` of them with each sync; the seconds that it took.
  virtual double write(std::size_t messages, std::size_t batch) = 0;
};

}  // namespace bitacora::bench
