#include "tests/acceptance/serving.h"

#include <cstdlib>
#include <iostream>
#include <random>

namespace bitacora::acceptance_test {

std::filesystem::path program() {
  const char* chosen = std::getenv("BITACORA_BIN");
  return chosen != nullptr ? chosen : BITACORA_BIN_DEFAULT;
}

std::unique_ptr<bench::ServerProcess> serve(const Serving& serving) {
  auto server = bench::ServerProcess::start({.program = program(),
                                             .data = serving.data,
                                             .arguments = serving.arguments,
                                             .file_bytes_max = serving.file_bytes_max});
  BITACORA_INVARIANT(server.has_value(), server.has_error() ? server.error().detail : "");
  return std::move(*server);
}

std::unique_ptr<bench::ServerProcess> serve_demo(const std::filesystem::path& data) {
  return serve({.data = data, .arguments = {"--demo"}});
}

std::uint64_t random_seed() {
  const char* chosen = std::getenv("BITACORA_SEED");
  const std::uint64_t seed =
      chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : std::random_device()();
  std::cout << "random seed (BITACORA_SEED): " << seed << std::endl;
  return seed;
}

}  // namespace bitacora::acceptance_test
