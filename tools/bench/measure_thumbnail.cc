// A large picture's thumbnail in a warm media worker, beside a run of vipsthumbnail.
#include <fcntl.h>
#include <sys/mman.h>

#include <array>
#include <chrono>

#include "projections/media/worker_process.h"
#include "tools/bench/child_process.h"
#include "tools/bench/measure.h"
#include "tools/bench/process_figures.h"
#include "tools/bench/statistics.h"
#include "tools/carried_media_worker.h"

namespace bitacora::bench {

namespace {

namespace media = projections::media;
using events::Result;

constexpr double target_ratio = 0.6;
constexpr std::chrono::minutes run_timeout{2};
constexpr int nobody_calls_off = -1;  // poll(2) lets it be

// Runs a program to its end; the processor time that it took, seconds.
Result<double> run(const std::vector<std::string>& command) {
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

// Clouds with grain, 12 megapixels, some megabytes: about as hard to decode as a photograph.
Result<void> make_picture(const std::filesystem::path& folder, const std::filesystem::path& jpeg) {
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
    if (const auto done = run(step); !done) return done.error();
  }
  return {};
}

// One more thumbnail by the worker.
Result<void> make_thumbnail(media::WorkerProcess& worker, const std::filesystem::path& jpeg) {
  const media::Descriptor source(open(jpeg.c_str(), O_RDONLY | O_CLOEXEC));
  const media::Descriptor result(memfd_create("bench", MFD_CLOEXEC));
  const auto ended =
      worker.run(media::MediaKind::Jpeg, source.get(), {result.get()}, nobody_calls_off);
  if (ended.end == media::JobEnd::Answered && ended.findings.failure == media::Failure::None) {
    return {};
  }
  return events::error(events::ErrorCode::Internal, "The worker made no thumbnail.");
}

}  // namespace

Rows measure_thumbnail(const BenchOptions& options) {
  const std::size_t rounds = options.quick ? 5 : 30;
  const ScratchFolder scratch(options, "thumbnail");
  const auto jpeg = scratch.path() / "picture.jpg";
  if (const auto made = make_picture(scratch.path(), jpeg); !made) return made.error();
  const auto program = media::WorkerProgram::of_bytes(tools::carried_media_worker());
  if (!program) return program.error();
  auto worker = media::WorkerProcess::start(**program, {}, nobody_calls_off);
  if (!worker) return worker.error();

  std::vector<double> alone;
  double warm_seconds = 0;
  for (std::size_t i = 0; i <= rounds; ++i) {
    const auto vipsthumbnail = run({"/usr/bin/vipsthumbnail", jpeg.string(), "--size", "320x320",
                                    "-o", (scratch.path() / "thumbnail.webp").string()});
    if (!vipsthumbnail) return vipsthumbnail.error();
    const double before = processor_seconds((*worker)->pid());
    if (const auto made = make_thumbnail(**worker, jpeg); !made) return made.error();
    // The first round warms both up.
    if (i == 0) continue;
    alone.push_back(*vipsthumbnail * 1000);
    warm_seconds += processor_seconds((*worker)->pid()) - before;
  }
  const double warm = warm_seconds * 1000 / static_cast<double>(rounds);
  const double ceiling = median(alone);
  const double ratio = warm / ceiling;
  const bool reached = ratio <= target_ratio;
  const auto megabytes = static_cast<double>(std::filesystem::file_size(jpeg)) / 1e6;
  return std::vector<Row>{
      {"thumbnail of a picture of 12 megapixels, warm", fixed(warm, 1) + " ms of processor time",
       fixed(ceiling, 1) + " ms, vipsthumbnail", fixed(ratio, 2), "within 0.6", reached,
       "The mean of " + grouped(static_cast<double>(rounds)) +
           " in one worker, confined as in the server; a JPEG of " + fixed(megabytes, 1) +
           " MB made by libvips; beside each a run of vipsthumbnail to the same size (median), "
           "which also has to start." +
           (reached ? "" : " Missed by " + fixed(ratio - target_ratio, 2) + ".")}};
}

}  // namespace bitacora::bench
