#include "projections/media/worker.h"

#include <fcntl.h>

#include <charconv>
#include <cstring>
#include <string_view>

#include "projections/media/sandbox.h"

namespace bitacora::projections::media {

namespace {

constexpr int exit_usage = 64;  // EX_USAGE of sysexits.h

// Where fonts for PDFs that carry none are found, and what tells which they are.
const std::vector<std::string>& readable_folders() {
  static const std::vector<std::string> folders{
      "/etc/fonts",           "/usr/share/fonts",      "/usr/local/share/fonts",
      "/usr/share/poppler",   "/usr/share/fontconfig", "/var/cache/fontconfig",
      "/usr/share/X11/fonts", "/usr/share/ghostscript"};
  return folders;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

}  // namespace

int run_worker(int argc, char** argv, const WorkerDuty& duty) {
  const auto parent = argc == 3 ? number_of(argv[1]) : std::nullopt;
  const auto memory_bytes_max = argc == 3 ? number_of(argv[2]) : std::nullopt;
  if (!parent || !memory_bytes_max) return exit_usage;
  bound_resources(static_cast<int>(*parent), worker_socket,
                  can_bound_memory ? *memory_bytes_max : 0);
  const Descriptor nowhere(open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (duty.load) duty.load();
  const bool may_open = restrict_files(readable_folders());
  if (duty.warm_up) duty.warm_up();
  // What libraries say from here on, strangers' files have made them say.
  dup2(nowhere.get(), STDERR_FILENO);
  restrict_calls(may_open);

  if (!send_ready(worker_socket)) return 0;
  while (const auto job = receive_job(worker_socket)) {
    if (!send_findings(worker_socket, duty.examine(*job))) break;
  }
  return 0;
}

}  // namespace bitacora::projections::media
