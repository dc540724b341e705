#include "tools/bench.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <memory>
#include <thread>

#include "tools/bench/echo_server.h"
#include "tools/bench/measure.h"
#include "tools/bench/table.h"

namespace bitacora::tools {

namespace {

struct Measure {
  const char* name;
  bench::Rows (*run)(const bench::BenchOptions&);
};

constexpr std::array<Measure, 11> measures{{
    {"throughput", bench::measure_throughput},
    {"latency", bench::measure_latency},
    {"push", bench::measure_push},
    {"list", bench::measure_inbox_list},
    {"read", bench::measure_log_read},
    {"memory", bench::measure_idle_memory},
    {"start", bench::measure_start},
    {"thumbnail", bench::measure_thumbnail},
    {"pictures", bench::measure_pictures},
    {"upload", bench::measure_upload},
    {"console", bench::measure_console},
}};

struct Choices {
  std::filesystem::path folder = "build/bench-data";
  std::filesystem::path web = "web";
  std::filesystem::path out{};
  std::vector<std::string> only{};
  bool quick = false;
  std::size_t echo_threads = 1;
};

std::size_t cores() { return std::max<std::size_t>(std::thread::hardware_concurrency(), 1); }

// The whole page, or nothing: figures of different runs do not belong beside each other.
int run_bench(const Choices& choices) {
  bench::BenchOptions options;
  options.program = std::filesystem::canonical("/proc/self/exe");
  options.folder = std::filesystem::absolute(choices.folder);
  options.web = std::filesystem::absolute(choices.web);
  options.quick = choices.quick;
  options.server_threads = cores();
  options.client_threads = cores();
  options.say = [](const std::string& line) { std::cerr << line << std::endl; };
  std::filesystem::create_directories(options.folder);
  const auto machine = bench::this_machine(options.folder);
  std::vector<bench::Row> rows;
  bool failed = false;
  for (const auto& measure : measures) {
    const auto& only = choices.only;
    if (!only.empty() && std::find(only.begin(), only.end(), measure.name) == only.end()) continue;
    options.say(std::string("measuring: ") + measure.name);
    const auto measured = measure.run(options);
    if (!measured) {
      options.say(std::string("bench: ") + measure.name + ": " + measured.error().detail);
      failed = true;
      continue;
    }
    rows.insert(rows.end(), measured->begin(), measured->end());
  }
  const std::string page = bench::benchmarks_page(machine, rows);
  std::cout << page << std::flush;
  if (failed) return 70;
  std::filesystem::path out = choices.out;
  // A short run, or a part of one, is not worth keeping unless that is asked for.
  if (out.empty() && !choices.quick && choices.only.empty()) out = "docs/BENCHMARKS.md";
  if (!out.empty()) {
    std::ofstream file(out);
    file << page;
    if (!file.flush()) {
      options.say("bench: " + out.string() + " could not be written.");
      return 73;
    }
    options.say("written: " + out.string());
  }
  return 0;
}

}  // namespace

void add_bench_command(CLI::App& app) {
  const auto choices = std::make_shared<Choices>();
  auto* bench = app.add_subcommand(
      "bench", "Measure the product on this machine, each figure beside its ceiling");
  bench
      ->add_option("--folder", choices->folder, "Where to put the data, on the disk to be measured")
      ->capture_default_str();
  bench->add_option("--web", choices->web, "The console's sources, for its measures in a browser")
      ->capture_default_str();
  bench->add_option("--out", choices->out,
                    "Where to write the table (a whole run: docs/BENCHMARKS.md)");
  bench->add_flag("--quick", choices->quick, "Few rounds and small data, to see that it works");
  std::vector<std::string> names;
  names.reserve(measures.size());
  for (const auto& measure : measures) names.emplace_back(measure.name);
  bench->add_option("--only", choices->only, "Only these measures")->check(CLI::IsMember(names));
  bench->callback([choices] {
    if (const int code = run_bench(*choices); code != 0) throw CLI::RuntimeError(code);
  });

  auto* echo = app.add_subcommand("bench-echo", "The bare WebSocket server of the bench");
  echo->group("");  // not shown
  echo->add_option("--threads", choices->echo_threads)->capture_default_str();
  echo->callback([choices] { bench::run_echo_server(choices->echo_threads); });
}

}  // namespace bitacora::tools
