#include "tools/bench/table.h"

#include <fstream>
#include <iomanip>
#include <sstream>

namespace bitacora::bench {

namespace {

// A cell holds one line, and a bar would end it.
std::string cell(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe += '\\';
    safe += c == '\n' ? ' ' : c;
  }
  return safe;
}

}  // namespace

std::string fixed(double value, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << value;
  return text.str();
}

std::string grouped(double count) {
  std::string digits = fixed(count, 0);
  for (std::ptrdiff_t at = std::ssize(digits) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string benchmarks_page(const Machine& machine, const std::vector<Row>& rows) {
  std::ostringstream page;
  page << "# Benchmarks\n\n"
          "Written by `./dev bench`. Each figure stands beside its ceiling, which was measured in "
          "the same run, in turns with it: on another machine both move, the ratio hardly.\n\n"
          "| | |\n| --- | --- |\n"
       << "| machine | " << cell(machine.processor) << ", " << machine.cores << " cores, "
       << machine.memory << " |\n"
       << "| system | " << cell(machine.system) << ", " << cell(machine.kernel) << " |\n"
       << "| disk | " << cell(machine.disk) << " |\n"
       << "| date | " << machine.date << " |\n"
       << "| commit | " << machine.commit << " |\n\n"
       << "| what | measured | ceiling beside it | ratio | to reach | reached |\n"
          "| --- | --- | --- | --- | --- | --- |\n";
  for (const auto& row : rows) {
    page << "| " << cell(row.what) << " | " << cell(row.measured) << " | " << cell(row.ceiling)
         << " | " << cell(row.ratio) << " | " << cell(row.target) << " | "
         << (!row.reached   ? ""
             : *row.reached ? "yes"
                            : "**no**")
         << " |\n";
  }
  page << "\n## How each was measured\n\n";
  for (const auto& row : rows) {
    page << "- **" << row.what << "**: " << row.note << "\n";
  }
  return page.str();
}

ScratchFolder::ScratchFolder(const BenchOptions& options, const std::string& name)
    : path_(options.folder / name) {
  std::filesystem::remove_all(path_);
  std::filesystem::create_directories(path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace bitacora::bench
