#include "tools/bench/server_process.h"

#include <charconv>
#include <csignal>

namespace bitacora::bench {

events::Result<std::unique_ptr<ServerProcess>> ServerProcess::start(
    const ServerProcessOptions& options) {
  ChildOptions child{
      .command = {options.program.string(), "serve", "--data", options.data.string(), "--listen",
                  "127.0.0.1:" + std::to_string(options.port), "--log-level", "warning"},
      .stderr_file = options.stderr_file,
      .file_bytes_max = options.file_bytes_max};
  child.command.insert(child.command.end(), options.arguments.begin(), options.arguments.end());
  auto process = ChildProcess::start(child);
  if (!process) return process.error();
  const auto line = (*process)->wait_line("listening on http", options.ready_timeout);
  if (!line) {
    return events::error(events::ErrorCode::Unavailable, "The server did not come up.");
  }
  std::uint16_t port = 0;
  const char* digits = line->data() + line->rfind(':') + 1;
  std::from_chars(digits, line->data() + line->size(), port);
  if (port == 0) {
    return events::error(events::ErrorCode::Unavailable, "No port in: " + *line);
  }
  return std::unique_ptr<ServerProcess>(new ServerProcess(std::move(*process), port));
}

std::string ServerProcess::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::optional<ExitStatus> ServerProcess::stop(std::chrono::milliseconds timeout) {
  process_->send_signal(SIGTERM);
  auto status = process_->wait(timeout);
  if (!status) kill();
  return status;
}

void ServerProcess::kill() {
  process_->send_signal(SIGKILL);
  while (!process_->wait(std::chrono::seconds(60))) {
  }
}

}  // namespace bitacora::bench
