#include "tools/progress_line.h"

#include <algorithm>
#include <chrono>
#include <ostream>

namespace bitacora::tools {

std::string grouped(std::uint64_t number) {
  const auto digits = std::to_string(number);
  std::string text;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) text += ',';
    text += digits[at];
  }
  return text;
}

std::string progress_text(std::uint64_t bytes_done, std::uint64_t bytes_total,
                          std::uint64_t dialogues, double seconds, bool bar) {
  constexpr std::uint64_t bar_cells = 24;
  std::string text;
  if (bytes_total > 0) {
    const auto done = std::min(bytes_done, bytes_total);
    if (bar) {
      const auto cells = done * bar_cells / bytes_total;
      for (std::uint64_t i = 0; i < bar_cells; ++i) text += i < cells ? "█" : "░";
      text += ' ';
    }
    text += std::to_string(done * 100 / bytes_total) + " %  ";
  }
  text += grouped(dialogues) + " dialogues";
  if (seconds > 0) {
    const auto rate = static_cast<std::uint64_t>(static_cast<double>(dialogues) / seconds);
    text += "  " + grouped(rate) + "/s";
  }
  return text;
}

ProgressLine::ProgressLine(std::ostream& output, bool terminal, const ImportCounts& counts,
                           std::uint64_t bytes_total)
    : output_(output), terminal_(terminal), counts_(counts), bytes_total_(bytes_total) {
  thread_ = std::thread([this] { run(); });
}

ProgressLine::~ProgressLine() {
  {
    const std::scoped_lock lock(mutex_);
    end_ = true;
  }
  ended_.notify_all();
  thread_.join();
  if (terminal_) output_ << "\r\x1b[K" << std::flush;
}

void ProgressLine::run() {
  using std::chrono::steady_clock;
  const auto interval = terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(5);
  const auto begin = steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, interval, [this] { return end_; })) {
    show(std::chrono::duration<double>(steady_clock::now() - begin).count());
  }
}

void ProgressLine::show(double seconds) const {
  const auto text =
      progress_text(counts_.bytes_done, bytes_total_, counts_.dialogues, seconds, terminal_);
  // Erases the rest of the line, in case the one before was longer.
  output_ << (terminal_ ? "\r" : "") << text << (terminal_ ? "\x1b[K" : "\n") << std::flush;
}

}  // namespace bitacora::tools
