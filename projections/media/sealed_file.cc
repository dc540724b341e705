#include "projections/media/sealed_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

#include "events/durable_files.h"

namespace bitacora::projections::media {

namespace limits = events::limits;

events::Result<Descriptor> empty_file() {
  Descriptor file(memfd_create("bitacora-media-result", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (file) return file;
  return events::file_error(errno, "make", "a file in memory");
}

std::unique_ptr<const SealedFile> SealedFile::seal(const Descriptor& file) {
  constexpr int seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (fcntl(file.get(), F_ADD_SEALS, seals) != 0) return nullptr;
  struct stat facts {};
  if (fstat(file.get(), &facts) != 0 || facts.st_size == 0) return nullptr;
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED) return nullptr;
  return std::unique_ptr<const SealedFile>(
      new SealedFile({static_cast<const char*>(mapped), size}));
}

SealedFile::~SealedFile() { munmap(const_cast<char*>(bytes_.data()), bytes_.size()); }

bool looks_like(MediaKind kind, std::size_t result, std::string_view bytes) {
  if (!is_audio(kind)) {
    return bytes.size() <= limits::thumbnail_bytes_max && bytes.starts_with("RIFF") &&
           bytes.substr(0, 12).ends_with("WEBP");
  }
  if (bytes.size() > limits::rendition_bytes_max) return false;
  if (result == 0) return bytes.starts_with("OggS");
  // The eleven bits that every frame of MP3 begins with.
  return bytes.size() > 2 && bytes[0] == '\xff' && (bytes[1] & 0xe0) == 0xe0;
}

}  // namespace bitacora::projections::media
