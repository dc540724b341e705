// The console in a browser: how much it loads first, and how soon a long conversation is shown.

#include <algorithm>
#include <fstream>
#include <iterator>

#include "tools/bench/child_process.h"
#include "tools/bench/json_read.h"
#include "tools/bench/measure.h"

namespace bitacora::bench {

namespace {

using events::Result;

constexpr double switch_ms_max = 100;
constexpr const char* run_seconds_max = "300";

events::Error failed(const std::string& why) {
  return events::error(events::ErrorCode::Unavailable, why);
}

// The end of a file, where what went wrong is told.
std::string tail_of(const std::filesystem::path& path) {
  constexpr std::size_t bytes_max = 2048;
  std::ifstream file(path);
  std::string text(std::istreambuf_iterator<char>(file), {});
  return text.substr(text.size() - std::min(text.size(), bytes_max));
}

// What the browser tests that print times say of them, as JSON. Whether they are good enough is
// judged here, as all figures are: the tests may have failed on one of them.
Result<std::string> browser_figures(const BenchOptions& options,
                                    const std::filesystem::path& folder) {
  const auto figures = folder / "figures.json";
  const auto log = folder / "browser.log";
  // timeout ends the tests with all that they have started.
  auto child = ChildProcess::start(
      {.command = {"/usr/bin/timeout", "--kill-after=10", run_seconds_max, "/usr/bin/env", "-C",
                   options.web.string(), "BITACORA_BIN=" + options.program.string(),
                   "BITACORA_FIGURES=" + figures.string(), "node_modules/.bin/vitest", "run",
                   "--config", "vitest.e2e.config.ts", "e2e/speed.test.ts"},
       .stderr_file = log.string()});
  if (!child) return child.error();
  while (!(*child)->wait(std::chrono::minutes(1))) {
  }
  std::ifstream file(figures);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!text.empty()) return text;
  return failed("e2e/speed.test.ts in " + options.web.string() +
                " has left no figures; it needs the console's packages and Chromium. " +
                tail_of(log));
}

}  // namespace

Rows measure_console(const BenchOptions& options) {
  const ScratchFolder scratch(options, "console");
  const auto figures = browser_figures(options, scratch.path());
  if (!figures) return figures.error();
  const auto figure = [&](const char* name) {
    return json_number(*figures, std::string("/") + name);
  };
  const auto console_bytes = figure("console_bytes");
  const auto console_bytes_max = figure("console_bytes_max");
  const auto chat_bytes = figure("chat_bytes");
  const auto long_us = figure("switch_to_long_us");
  const auto longest_us = figure("switch_to_long_longest_us");
  const auto short_us = figure("switch_to_short_us");
  if (!console_bytes || !console_bytes_max || !chat_bytes || !long_us || !longest_us || !short_us) {
    return failed("e2e/speed.test.ts has left out figures: " + *figures);
  }
  const auto kilobytes = [](std::int64_t bytes) { return static_cast<double>(bytes) / 1024; };
  const auto ms = [](std::int64_t us) { return static_cast<double>(us) / 1000; };
  return std::vector<Row>{
      {"the console's first load of JavaScript", fixed(kilobytes(*console_bytes), 1) + " KB",
       fixed(kilobytes(*chat_bytes), 1) + " KB, the contacts' page",
       fixed(static_cast<double>(*console_bytes) / static_cast<double>(*chat_bytes), 2),
       "at most " + fixed(kilobytes(*console_bytes_max), 0) + " KB",
       *console_bytes <= *console_bytes_max,
       "As Chromium receives it, compressed, up to a conversation's messages: before the emoji "
       "picker, the recorder and uploads, which load when they are first used."},
      {"a switch to a conversation of 10,000 messages", fixed(ms(*long_us), 1) + " ms",
       fixed(ms(*short_us), 1) + " ms, to one of two messages",
       fixed(static_cast<double>(*long_us) / static_cast<double>(*short_us), 2), "within 100 ms",
       ms(*long_us) <= switch_ms_max,
       "From the click to the frame that shows its last message, in headless Chromium beside the "
       "server on this machine; medians of 9 switches in turns, the longest " +
           fixed(ms(*longest_us), 1) + " ms."}};
}

}  // namespace bitacora::bench
