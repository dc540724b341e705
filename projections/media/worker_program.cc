#include "projections/media/worker_program.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "projections/media/write_whole.h"

namespace bitacora::projections::media {

using events::ErrorCode;
using events::Result;

namespace {

events::Error refused(const std::string& what) {
  return events::error(ErrorCode::Unavailable, what + ": " + std::strerror(errno) + ".");
}

// Since Linux 6.3 a file in memory says whether it may be run; older ones do not know the word.
Descriptor runnable_file() {
  constexpr unsigned may_run = 0x10;  // MFD_EXEC, which Debian 12's headers do not have
  constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  Descriptor file(memfd_create("bitacora-media-worker", flags | may_run));
  if (!file && errno == EINVAL) file = Descriptor(memfd_create("bitacora-media-worker", flags));
  return file;
}

}  // namespace

Result<std::shared_ptr<const WorkerProgram>> WorkerProgram::of_bytes(
    std::span<const std::byte> program) {
  Descriptor file = runnable_file();
  if (!file || !write_whole(file.get(), program)) return refused("the media worker's program");
  constexpr int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (fcntl(file.get(), F_ADD_SEALS, seals) != 0) return refused("the media worker's program");
  return std::shared_ptr<const WorkerProgram>(new WorkerProgram(std::move(file)));
}

Result<std::shared_ptr<const WorkerProgram>> WorkerProgram::of_file(
    const std::filesystem::path& path) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return refused(path.string());
  return std::shared_ptr<const WorkerProgram>(new WorkerProgram(std::move(file)));
}

}  // namespace bitacora::projections::media
