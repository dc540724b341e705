#include "tools/bench/picture.h"

#include <array>
#include <chrono>

#include "tools/bench/child_process.h"
#include "tools/bench/process_figures.h"

namespace bitacora::bench {

namespace {

constexpr std::chrono::minutes run_timeout{2};

}  // namespace

events::Result<double> run_program(const std::vector<std::string>& command) {
  const auto before = children_processor_seconds();
  auto child = ChildProcess::start({.command = command});
  if (!child) return child.error();
  const auto ended = (*child)->wait(run_timeout);
  if (!ended || ended->code != 0) {
    return events::error(events::ErrorCode::Unavailable,
                         command.front() + " has failed; it is in the package libvips-tools.");
  }
  return children_processor_seconds() - before;
}

events::Result<void> make_picture(const std::filesystem::path& folder,
                                  const std::filesystem::path& jpeg) {
  const std::string vips = "/usr/bin/vips";
  const auto at = [&](const char* name) { return (folder / name).string(); };
  const std::array<std::vector<std::string>, 7> steps{{
      {vips, "perlin", at("clouds.v"), "4032", "3024", "--cell-size", "512"},
      {vips, "linear", at("clouds.v"), at("light.v"), "100", "128"},
      {vips, "gaussnoise", at("grain.v"), "4032", "3024", "--mean", "0", "--sigma", "6"},
      {vips, "add", at("light.v"), at("grain.v"), at("red.v")},
      {vips, "linear", at("red.v"), at("green.v"), "0.8", "20"},
      {vips, "bandjoin", at("red.v") + " " + at("green.v") + " " + at("light.v"), at("rgb.v")},
      {vips, "copy", at("rgb.v"), jpeg.string() + "[Q=88]", "--interpretation", "srgb"},
  }};
  for (const auto& step : steps) {
    if (const auto done = run_program(step); !done) return done.error();
  }
  return {};
}

}  // namespace bitacora::bench
