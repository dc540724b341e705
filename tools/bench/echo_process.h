// The echo server in a process of its own, beside the product's.
#pragma once

#include <filesystem>
#include <memory>

#include "tools/bench/child_process.h"

namespace bitacora::bench {

struct EchoProcess {
  std::unique_ptr<ChildProcess> process;
  std::uint16_t port = 0;

  // Blocks until it listens.
  static events::Result<EchoProcess> start(const std::filesystem::path& program,
                                           std::size_t threads);
};

}  // namespace bitacora::bench
