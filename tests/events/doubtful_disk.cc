#include "tests/events/doubtful_disk.h"

#include <algorithm>
#include <utility>

namespace bitacora::events {

namespace fs = std::filesystem;

DoubtfulDisk::DoubtfulDisk(Path graveyard) : graveyard_(std::move(graveyard)) {
  fs::create_directories(graveyard_);
}

void DoubtfulDisk::cut() {
  const std::lock_guard lock(mutex_);
  cut_ = true;
}

void DoubtfulDisk::cut_at(std::uint64_t operation) {
  const std::lock_guard lock(mutex_);
  cut_at_ = operations_ + operation;
}

bool DoubtfulDisk::is_cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}

std::uint64_t DoubtfulDisk::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

Power DoubtfulDisk::next_operation() {
  const std::lock_guard lock(mutex_);
  if (cut_) return Power::Off;
  ++operations_;
  if (cut_at_ && operations_ >= *cut_at_) {
    cut_ = true;
    return Power::Going;
  }
  return Power::On;
}

std::uint64_t DoubtfulDisk::part_of(std::uint64_t most) {
  const std::lock_guard lock(mutex_);
  return std::uniform_int_distribution<std::uint64_t>(0, most)(chance_);
}

DoubtfulFilePtr DoubtfulDisk::made(const Path& path) {
  const std::lock_guard lock(mutex_);
  auto file = std::make_shared<DoubtfulFile>();
  files_[path] = file;
  changes_.push_back({Kind::Made, path, {}, {}, {}});
  return file;
}

DoubtfulFilePtr DoubtfulDisk::opened(const Path& path) {
  const std::lock_guard lock(mutex_);
  DoubtfulFilePtr& file = files_[path];
  if (!file) {
    const std::uint64_t size = fs::file_size(path);
    file = std::make_shared<DoubtfulFile>(DoubtfulFile{size, size});
  }
  return file;
}

void DoubtfulDisk::written(const DoubtfulFilePtr& file, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  file->size += bytes;
}

void DoubtfulDisk::synced(const DoubtfulFilePtr& file) {
  const std::lock_guard lock(mutex_);
  file->synced = file->size;
}

void DoubtfulDisk::truncated(const DoubtfulFilePtr& file, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  file->size = size;
  file->synced = std::min(file->synced, size);
}

void DoubtfulDisk::folder_synced(const Path& folder) {
  const std::lock_guard lock(mutex_);
  const auto settled = std::stable_partition(
      changes_.begin(), changes_.end(),
      [&](const Change& change) { return change.path.parent_path() != folder; });
  for (auto change = settled; change != changes_.end(); ++change) {
    if (!change->grave.empty()) fs::remove(change->grave);
  }
  changes_.erase(settled, changes_.end());
}

bool DoubtfulDisk::bury(const Path& path) {
  const std::lock_guard lock(mutex_);
  if (!fs::exists(path)) return false;
  DoubtfulFilePtr state;
  const Path grave = bury_file(path, state);
  changes_.push_back({Kind::Deleted, path, {}, grave, state});
  return true;
}

bool DoubtfulDisk::rename(const Path& from, const Path& to) {
  const std::lock_guard lock(mutex_);
  if (!fs::exists(from)) return false;
  Change change{Kind::Renamed, from, to, {}, {}};
  if (fs::exists(to)) change.grave = bury_file(to, change.buried);
  fs::rename(from, to);
  if (auto state = take_state(from)) files_[to] = std::move(state);
  changes_.push_back(std::move(change));
  return true;
}

DoubtfulDisk::Path DoubtfulDisk::bury_file(const Path& path, DoubtfulFilePtr& state) {
  Path grave = graveyard_ / std::to_string(graves_++);
  fs::rename(path, grave);
  state = take_state(path);
  return grave;
}

DoubtfulFilePtr DoubtfulDisk::take_state(const Path& path) {
  const auto found = files_.find(path);
  if (found == files_.end()) return nullptr;
  DoubtfulFilePtr state = std::move(found->second);
  files_.erase(found);
  return state;
}

void DoubtfulDisk::undo(const Change& change) {
  switch (change.kind) {
    case Kind::Made:
      fs::remove(change.path);
      files_.erase(change.path);
      break;
    case Kind::Renamed:
      fs::rename(change.renamed_to, change.path);
      if (auto state = take_state(change.renamed_to)) files_[change.path] = std::move(state);
      if (!change.grave.empty()) fs::rename(change.grave, change.renamed_to);
      if (change.buried) files_[change.renamed_to] = change.buried;
      break;
    case Kind::Deleted:
      fs::rename(change.grave, change.path);
      if (change.buried) files_[change.path] = change.buried;
      break;
  }
}

void DoubtfulDisk::lose_tails(std::mt19937_64& chance) {
  // In the order of the names, so that a seed means the same each time.
  std::vector<std::pair<Path, DoubtfulFilePtr>> files(files_.begin(), files_.end());
  std::ranges::sort(files, {}, [](const auto& file) { return file.first; });
  for (const auto& [path, file] : files) {
    if (file->size == file->synced || !fs::exists(path)) continue;
    const std::uint64_t doubtful = file->size - file->synced;
    std::uint64_t kept = 0;
    switch (std::uniform_int_distribution<int>(0, 3)(chance)) {
      case 0:
        break;
      case 1:
        kept = doubtful;
        break;
      default:
        kept = std::uniform_int_distribution<std::uint64_t>(0, doubtful)(chance);
    }
    fs::resize_file(path, file->synced + kept);
  }
}

void DoubtfulDisk::restore(std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  std::mt19937_64 chance(seed);
  const auto kept = std::uniform_int_distribution<std::size_t>(0, changes_.size())(chance);
  while (changes_.size() > kept) {
    undo(changes_.back());
    changes_.pop_back();
  }
  lose_tails(chance);
  for (const Change& change : changes_) {
    if (!change.grave.empty()) fs::remove(change.grave);
  }
  changes_.clear();
  files_.clear();
  cut_ = false;
  cut_at_.reset();
  chance_ = chance;
}

}  // namespace bitacora::events
