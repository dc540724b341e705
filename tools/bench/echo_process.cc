#include "tools/bench/echo_process.h"

#include <cstdlib>

namespace bitacora::bench {

events::Result<EchoProcess> EchoProcess::start(const std::filesystem::path& program,
                                               std::size_t threads) {
  auto process = ChildProcess::start(
      {.command = {program.string(), "bench-echo", "--threads", std::to_string(threads)}});
  if (!process) return process.error();
  const auto line = (*process)->wait_line("listening on http", std::chrono::seconds(30));
  if (!line) return events::error(events::ErrorCode::Unavailable, "The echo did not come up.");
  const int port = std::atoi(line->c_str() + line->rfind(':') + 1);
  return EchoProcess{std::move(*process), static_cast<std::uint16_t>(port)};
}

}  // namespace bitacora::bench
