// A `bitacora serve` of its own, for the bench and the acceptance tests.
#pragma once

#include <filesystem>
#include <string>

#include "tools/bench/child_process.h"

namespace bitacora::bench {

struct ServerProcessOptions {
  std::filesystem::path program;  // the bitacora binary
  std::filesystem::path data;
  // Added to `serve --data … --listen 127.0.0.1:PORT --log-level warning`.
  std::vector<std::string> arguments{};
  std::uint16_t port = 0;  // 0: the system picks
  std::string stderr_file{};
  std::optional<std::uint64_t> file_bytes_max{};
  std::chrono::milliseconds ready_timeout = std::chrono::minutes(5);
};

class ServerProcess {
 public:
  // Blocks until it says that it listens. Unavailable when it ends before, or takes too long.
  static events::Result<std::unique_ptr<ServerProcess>> start(const ServerProcessOptions& options);

  [[nodiscard]] std::string url() const;  // "http://127.0.0.1:PORT"
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] ChildProcess& process() { return *process_; }
  // SIGTERM, and waits for the end; kills it and gives nullopt when that takes too long.
  std::optional<ExitStatus> stop(std::chrono::milliseconds timeout = std::chrono::minutes(1));
  // SIGKILL, and waits for the end.
  void kill();

 private:
  ServerProcess(std::unique_ptr<ChildProcess> process, std::uint16_t port)
      : process_(std::move(process)), port_(port) {}
  std::unique_ptr<ChildProcess> process_;
  std::uint16_t port_;
};

}  // namespace bitacora::bench
