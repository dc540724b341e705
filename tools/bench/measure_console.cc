// The console in a browser: how much it loads first, how soon a long conversation is shown, and how
// evenly it is scrolled.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "tools/bench/child_process.h"
#include "tools/bench/json_read.h"
#include "tools/bench/measure.h"

namespace bitacora::bench {

namespace {

using events::Result;

constexpr double switch_ms_max = 100;
// Two frames of a screen of 60 Hz: at most one in a row is left out.
constexpr double frame_ms_max = 33.4;
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

struct Figures {
  std::string json;
  bool complete = true;

  double of(const char* name) {
    const auto figure = json_number(json, std::string("/") + name);
    complete = complete && figure.has_value();
    return figure ? static_cast<double>(*figure) : 0;
  }
  double kilobytes(const char* name) { return of(name) / 1024; }
  double ms(const char* name) { return of(name) / 1000; }
};

std::string in_ms(double ms) { return fixed(ms, 1) + " ms"; }

// A time beside that of the same with little or nothing in it.
Row timed(const std::string& what, double ms, double ceiling_ms, const std::string& ceiling,
          double ms_max, const std::string& target, const std::string& note) {
  const bool reached = ms <= ms_max;
  return {what,
          in_ms(ms),
          in_ms(ceiling_ms) + ceiling,
          fixed(ms / ceiling_ms, 2),
          target,
          reached,
          note + (reached ? "" : " Missed by " + in_ms(ms - ms_max) + ".")};
}

std::vector<Row> switches(Figures& figures) {
  return {
      timed("the first opening of a conversation of 10,000 messages", figures.ms("open_long_us"),
            figures.ms("open_short_us"), ", one of two messages", switch_ms_max, "within 100 ms",
            "From the click to the frame that shows its last message, in headless Chromium beside "
            "the server on this machine. The page was loaded anew before each and asks the server "
            "for the newest 50 messages; medians of 5 openings in turns, the longest " +
                in_ms(figures.ms("open_long_longest_us")) + "."),
      timed("a switch back to a conversation of 10,000 messages", figures.ms("switch_to_long_us"),
            figures.ms("switch_to_short_us"), ", to one of two messages", switch_ms_max,
            "within 100 ms",
            "From the click to the frame that shows its last message. All 10,000 messages were "
            "loaded before and nothing is asked of the server; medians of 9 switches in turns, the "
            "longest " +
                in_ms(figures.ms("switch_to_long_longest_us")) + ".")};
}

std::vector<Row> frames(Figures& figures) {
  const double nothing_ms = figures.ms("nothing_frame_p95_us");
  return {
      timed("frames while 10,000 messages are scrolled, p95", figures.ms("scroll_frame_p95_us"),
            nothing_ms, ", an empty page", frame_ms_max, "within 33.4 ms",
            "300 frames of 240 px each, all messages loaded, without a graphics processor; the "
            "longest frame " +
                in_ms(figures.ms("scroll_frame_longest_us")) +
                ". On the way up before, from the last message to the first, with 50 at a time "
                "asked of the server: p95 " +
                in_ms(figures.ms("read_frame_p95_us")) + "."),
      timed("frames while a list of 5,000 waiting is scrolled, p95",
            figures.ms("list_frame_p95_us"), nothing_ms, ", an empty page", frame_ms_max,
            "within 33.4 ms",
            "300 frames of 240 px each from the last row up, all rows known; the longest frame " +
                in_ms(figures.ms("list_frame_longest_us")) + ".")};
}

}  // namespace

Rows measure_console(const BenchOptions& options) {
  const ScratchFolder scratch(options, "console");
  auto json = browser_figures(options, scratch.path());
  if (!json) return json.error();
  Figures figures{.json = *std::move(json)};
  const double console_kb = figures.kilobytes("console_bytes");
  const double console_kb_max = figures.kilobytes("console_bytes_max");
  const double chat_kb = figures.kilobytes("chat_bytes");
  std::vector<Row> rows{
      {"the console's first load of JavaScript", fixed(console_kb, 1) + " KB",
       fixed(chat_kb, 1) + " KB, the contacts' page", fixed(console_kb / chat_kb, 2),
       "at most " + fixed(console_kb_max, 0) + " KB", console_kb <= console_kb_max,
       "As Chromium receives it, compressed, up to a conversation's messages: before the emoji "
       "picker, the recorder and uploads, which load when they are first used."}};
  for (auto* measured : {&switches, &frames}) {
    for (Row& row : measured(figures)) rows.push_back(std::move(row));
  }
  if (!figures.complete) {
    return failed("e2e/speed.test.ts has left out figures: " + figures.json);
  }
  return rows;
}

}  // namespace bitacora::bench
