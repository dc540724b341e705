// A large picture's thumbnail in a warm media worker, beside a run of vipsthumbnail.
#include <fcntl.h>
#include <sys/mman.h>

#include "projections/media/worker_process.h"
#include "tools/bench/measure.h"
#include "tools/bench/picture.h"
#include "tools/bench/process_figures.h"
#include "tools/bench/statistics.h"
#include "tools/carried_media_worker.h"

namespace bitacora::bench {

namespace {

namespace media = projections::media;
using events::Result;

constexpr double thumbnail_ratio_max = 0.6;
constexpr int nobody_calls_off = -1;  // poll(2) lets it be

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
  std::vector<double> in_worker;
  for (std::size_t i = 0; i <= rounds; ++i) {
    const auto vipsthumbnail =
        run_program({"/usr/bin/vipsthumbnail", jpeg.string(), "--size", "320x320", "-o",
                     (scratch.path() / "thumbnail.webp").string()});
    if (!vipsthumbnail) return vipsthumbnail.error();
    const double before = processor_seconds((*worker)->pid());
    if (const auto made = make_thumbnail(**worker, jpeg); !made) return made.error();
    // The first round warms both up.
    if (i == 0) continue;
    alone.push_back(*vipsthumbnail * 1000);
    in_worker.push_back((processor_seconds((*worker)->pid()) - before) * 1000);
  }
  const double warm = median(in_worker);
  const double ceiling = median(alone);
  const double ratio = warm / ceiling;
  const bool reached = ratio <= thumbnail_ratio_max;
  const auto megabytes = static_cast<double>(std::filesystem::file_size(jpeg)) / 1e6;
  return std::vector<Row>{
      {"thumbnail of a picture of 12 megapixels, warm", fixed(warm, 1) + " ms of processor time",
       fixed(ceiling, 1) + " ms, vipsthumbnail", fixed(ratio, 2), "within 0.6", reached,
       "The median of " + grouped(static_cast<double>(rounds)) +
           " in one worker, confined as in the server; a JPEG of " + fixed(megabytes, 1) +
           " MB made by libvips; beside each a run of vipsthumbnail to the same size (median too), "
           "which also has to start." +
           (reached ? "" : " Missed by " + fixed(ratio - thumbnail_ratio_max, 2) + ".")}};
}

}  // namespace bitacora::bench
