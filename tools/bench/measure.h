// What every measure is given, and what it hands back: rows of the table.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/error.h"

namespace bitacora::bench {

struct BenchOptions {
  std::filesystem::path program;  // the bitacora binary, for the server's process and the echo's
  // On the disk to be measured; each measure makes its own folder in it and removes it.
  std::filesystem::path folder;
  // The console's sources, with its packages installed: its browser tests measure it.
  std::filesystem::path web;
  // Fewer rounds and smaller fills, to see that it works: no figures to keep.
  bool quick = false;
  // Of the server and of the echo alike.
  std::size_t server_threads = 1;
  std::size_t client_threads = 1;
  std::function<void(const std::string&)> say{};
};

struct Row {
  std::string what;
  std::string measured;
  std::string ceiling;  // measured in the same run
  std::string ratio;
  std::string target;
  std::optional<bool> reached{};  // unset: there is no target
  // How it was measured; with a missed target, by how much.
  std::string note;
};

using Rows = events::Result<std::vector<Row>>;

// Each blocks until done; some minutes together. An Error when what has to work did not (the server
// does not come up, a command is refused): then there is no figure.
Rows measure_throughput(const BenchOptions& options);
Rows measure_latency(const BenchOptions& options);
Rows measure_push(const BenchOptions& options);
Rows measure_inbox_list(const BenchOptions& options);
Rows measure_log_read(const BenchOptions& options);
Rows measure_idle_memory(const BenchOptions& options);
Rows measure_start(const BenchOptions& options);
Rows measure_thumbnail(const BenchOptions& options);
Rows measure_pictures(const BenchOptions& options);
Rows measure_upload(const BenchOptions& options);
Rows measure_console(const BenchOptions& options);

// "12,345", "1.23", for people.
std::string grouped(double count);
std::string fixed(double value, int digits);

// A folder for one measure, empty at first, gone at the end.
class ScratchFolder {
 public:
  ScratchFolder(const BenchOptions& options, const std::string& name);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace bitacora::bench
