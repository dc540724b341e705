// A server of the test's own, in a process of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/events/temporary_folder.h"
#include "tools/bench/server_process.h"

namespace bitacora::acceptance_test {

// The binary under test: $BITACORA_BIN, or that of the build.
std::filesystem::path program();

using events::TemporaryFolder;

struct Serving {
  std::filesystem::path data;
  std::vector<std::string> arguments{};
  std::optional<std::uint64_t> file_bytes_max{};
};

// Blocks until it listens; aborts the test program, with the server's own words above it, when it
// does not. Call it on a thread that lives as long as the server is to: the main one.
std::unique_ptr<bench::ServerProcess> serve(const Serving& serving);
// With the demonstration company.
std::unique_ptr<bench::ServerProcess> serve_demo(const std::filesystem::path& data);

// A number that this run's random choices follow from: $BITACORA_SEED, or a new one. Printed, so
// that a run can be had again.
std::uint64_t random_seed();

}  // namespace bitacora::acceptance_test
