// An nginx of its own with WebDAV's PUT, the ceiling of uploads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "events/error.h"
#include "tools/bench/child_process.h"

namespace bitacora::bench {

class NginxProcess {
 public:
  // With all its files in `folder`.
  // Unavailable when there is no nginx on this machine or it does not come up.
  static events::Result<std::unique_ptr<NginxProcess>> start(const std::filesystem::path& folder);
  ~NginxProcess();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Where the file of that number is put.
  [[nodiscard]] std::string target(std::size_t number) const {
    return "/files/" + std::to_string(number);
  }
  // Removes all files that were put.
  void forget_files() const;

 private:
  NginxProcess(std::unique_ptr<ChildProcess> process, std::filesystem::path files,
               std::uint16_t port)
      : process_(std::move(process)), files_(std::move(files)), port_(port) {}
  std::unique_ptr<ChildProcess> process_;
  std::filesystem::path files_;
  std::uint16_t port_;
};

}  // namespace bitacora::bench
