#include "tools/bench/machine.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "events/time.h"
#include "tools/bench/measure.h"

namespace bitacora::bench {

namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// What follows the first occurrence of the key and a separator, up to the end of its line.
std::string value_in(const fs::path& path, std::string_view key, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const auto value = line.find_first_not_of(" \"", line.find(separator) + 1);
    const auto last = line.find_last_not_of(" \"");
    return value == std::string::npos ? "" : line.substr(value, last - value + 1);
  }
  return "";
}

// The mount whose path is the longest beginning of the folder's.
std::string disk_of(const fs::path& folder) {
  std::ifstream mounts("/proc/self/mounts");
  const std::string path = fs::weakly_canonical(folder).string();
  std::string best;
  std::size_t best_length = 0;
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string device;
    std::string at;
    std::string type;
    words >> device >> at >> type;
    const bool holds = at == "/" || path == at || path.starts_with(at + "/");
    if (holds && at.size() >= best_length) {
      best_length = at.size();
      best = device;
      best.append(", ").append(type);
    }
  }
  return best;
}

std::string commit_here() {
  fs::path git = fs::current_path();
  while (!fs::exists(git / ".git") && git.has_relative_path()) git = git.parent_path();
  git /= ".git";
  std::string head = first_line(git / "HEAD");
  constexpr std::string_view reference = "ref: ";
  if (head.starts_with(reference)) {
    const std::string name = head.substr(reference.size());
    head = first_line(git / name);
    if (head.empty()) {
      std::ifstream packed(git / "packed-refs");
      for (std::string line; std::getline(packed, line);) {
        if (line.ends_with(" " + name)) head = line;
      }
    }
  }
  return head.size() < 12 ? "unknown" : head.substr(0, 12);
}

}  // namespace

Machine this_machine(const fs::path& measured_folder) {
  utsname name{};
  uname(&name);
  const double memory_gib = static_cast<double>(sysconf(_SC_PHYS_PAGES)) *
                            static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024 * 1024);
  return {.processor = value_in("/proc/cpuinfo", "model name", ':'),
          .cores = std::thread::hardware_concurrency(),
          .memory = fixed(memory_gib, 1) + " GiB",
          .kernel = std::string(name.sysname) + " " + name.release,
          .system = value_in("/etc/os-release", "PRETTY_NAME", '='),
          .disk = disk_of(measured_folder),
          .commit = commit_here(),
          .date = events::SystemClock().now().to_string()};
}

}  // namespace bitacora::bench
