#include "tests/projections/media/fixture.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "projections/media/write_whole.h"

namespace bitacora::projections::media {

Descriptor file_of(std::string_view bytes) {
  Descriptor file(memfd_create("test", MFD_CLOEXEC));
  const bool written = write_whole(file.get(), std::as_bytes(std::span(bytes)));
  BITACORA_INVARIANT(written && lseek(file.get(), 0, SEEK_SET) == 0, "no file in memory");
  return file;
}

std::string bytes_of(const Descriptor& file) {
  std::string bytes(static_cast<std::size_t>(lseek(file.get(), 0, SEEK_END)), '\0');
  const ssize_t got = pread(file.get(), bytes.data(), bytes.size(), 0);
  BITACORA_INVARIANT(got == std::ssize(bytes), "a file in memory cannot be read");
  return bytes;
}

namespace {

std::shared_ptr<const WorkerProgram> program_at(const char* path) {
  auto program = WorkerProgram::of_file(path);
  BITACORA_INVARIANT(program, program.error().detail);
  return *program;
}

}  // namespace

std::shared_ptr<const WorkerProgram> real_program() { return program_at(BITACORA_MEDIA_WORKER); }

std::shared_ptr<const WorkerProgram> misbehaving_program() {
  return program_at(BITACORA_MISBEHAVING_WORKER);
}

void WorkerTest::start(const WorkerBounds& bounds) {
  call_off_ = Descriptor(eventfd(0, EFD_CLOEXEC));
  auto worker = WorkerProcess::start(*program_, bounds, call_off_.get());
  BITACORA_INVARIANT(worker, worker.error().detail);
  worker_ = std::move(*worker);
}

JobResult WorkerTest::run(MediaKind kind, std::string_view source) {
  if (!worker_) start();
  const Descriptor file = file_of(source);
  std::vector<Descriptor> results;
  std::vector<int> numbers;
  for (int i = 0; i < (is_audio(kind) ? 2 : 1); ++i) {
    results.push_back(file_of(""));
    numbers.push_back(results.back().get());
  }
  JobResult result = worker_->run(kind, file.get(), numbers, call_off_.get());
  results_.clear();
  for (const Descriptor& each : results) results_.push_back(bytes_of(each));
  if (result.end != JobEnd::Answered) worker_.reset();
  return result;
}

JobResult WorkerTest::run_file(MediaKind kind, const std::string& name) {
  return run(kind, read_file(attachments_folder() / name));
}

}  // namespace bitacora::projections::media
