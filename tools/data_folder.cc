#include "tools/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "events/durable_files.h"

namespace bitacora::tools {

namespace {

// The process id that the holder wrote, for the message alone; empty when it cannot be read.
std::string holder_of(int lock_file) {
  std::array<char, 32> text{};
  const auto count = pread(lock_file, text.data(), text.size(), 0);
  if (count <= 0) return {};
  std::string holder(text.data(), static_cast<std::size_t>(count));
  while (!holder.empty() && holder.back() == '\n') holder.pop_back();
  return holder;
}

Ending cannot(const std::filesystem::path& path, const std::string& why) {
  return {ExitCode::CannotCreate, "the data folder " + path.string() + " cannot be used: " + why};
}

}  // namespace

OrEnding<DataFolder> DataFolder::hold(const std::filesystem::path& path) {
  const auto made = events::make_folders_durably(path);
  if (!made) return cannot(path, made.error().detail);
  const auto lock_path = path / "lock";
  const int lock_file = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_file < 0) return cannot(path, std::strerror(errno));
  if (flock(lock_file, LOCK_EX | LOCK_NB) != 0) {
    const auto holder = holder_of(lock_file);
    close(lock_file);
    return Ending(ExitCode::InUse, "the data folder " + path.string() + " is in use by process " +
                                       (holder.empty() ? std::string("(unknown)") : holder) +
                                       "; stop it, or ask it through --server");
  }
  // Only its owner, once it is ours: also when somebody made the folder beforehand.
  chmod(path.c_str(), S_IRWXU);
  const auto own = std::to_string(getpid()) + "\n";
  if (ftruncate(lock_file, 0) != 0 || pwrite(lock_file, own.data(), own.size(), 0) < 0) {
    const std::string why = std::strerror(errno);
    close(lock_file);
    return cannot(path, why);
  }
  return DataFolder(path, lock_file);
}

DataFolder::DataFolder(std::filesystem::path path, int lock_file)
    : path_(std::move(path)), lock_file_(lock_file) {}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_file_(std::exchange(other.lock_file_, -1)) {}

DataFolder::~DataFolder() {
  if (lock_file_ >= 0) close(lock_file_);
}

}  // namespace bitacora::tools
