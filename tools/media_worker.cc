// The media worker: the one program that links libvips and FFmpeg. The server carries it and starts
// it when there is something to look into; it is nobody's command.

#include "projections/media/audio.h"
#include "projections/media/thumbnail.h"
#include "projections/media/worker.h"

namespace {

namespace media = bitacora::projections::media;

media::Findings examine(const media::Job& job) {
  if (media::is_audio(job.kind)) {
    return media::examine_audio(job.kind, job.source.get(), job.results);
  }
  if (job.results.size() != 1) return {.failure = media::Failure::Broken};
  return media::make_thumbnail(job.kind, job.source.get(), job.results.front().get());
}

}  // namespace

int main(int argc, char** argv) {
  return media::run_worker(
      argc, argv,
      {.load = media::load_pictures, .warm_up = media::warm_up_pictures, .examine = examine});
}
