// What PowerCutFileSystem keeps in mind: which bytes and which changes of folders are in doubt.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace bitacora::events {

// Whether an operation may be done: wholly, in part (the power goes while it is under way), or not.
enum class Power : std::uint8_t { On, Going, Off };

struct DoubtfulFile {
  std::uint64_t size = 0;
  std::uint64_t synced = 0;
};
using DoubtfulFilePtr = std::shared_ptr<DoubtfulFile>;

// Thread-safe, but for restore().
class DoubtfulDisk {
 public:
  using Path = std::filesystem::path;

  explicit DoubtfulDisk(Path graveyard);

  void cut();
  void cut_at(std::uint64_t operation);
  [[nodiscard]] bool is_cut() const;
  [[nodiscard]] std::uint64_t operations() const;
  void restore(std::uint64_t seed);

  // To be asked before each operation.
  Power next_operation();

  // The file was made; what stood at its name must have been buried before.
  DoubtfulFilePtr made(const Path& path);
  // The file of that name, as it is tracked from now on.
  DoubtfulFilePtr opened(const Path& path);
  void written(const DoubtfulFilePtr& file, std::uint64_t bytes);
  void synced(const DoubtfulFilePtr& file);
  void truncated(const DoubtfulFilePtr& file, std::uint64_t size);
  void folder_synced(const Path& folder);
  // Does the deletion, or the renaming. False when there is no such file.
  bool bury(const Path& path);
  bool rename(const Path& from, const Path& to);
  // Some number up to `most`, for what is half done.
  std::uint64_t part_of(std::uint64_t most);

 private:
  enum class Kind : std::uint8_t { Made, Renamed, Deleted };
  struct Change {
    Kind kind{};
    Path path;
    Path renamed_to;
    Path grave;              // where the deleted or replaced file lies; empty: none
    DoubtfulFilePtr buried;  // its state
  };

  Path bury_file(const Path& path, DoubtfulFilePtr& state);
  DoubtfulFilePtr take_state(const Path& path);
  void undo(const Change& change);
  void lose_tails(std::mt19937_64& chance);

  const Path graveyard_;
  mutable std::mutex mutex_;
  bool cut_ = false;
  std::uint64_t operations_ = 0;
  std::optional<std::uint64_t> cut_at_;
  std::uint64_t graves_ = 0;
  std::mt19937_64 chance_;
  std::unordered_map<std::string, DoubtfulFilePtr> files_;
  std::vector<Change> changes_;  // in their order; folders not synced since
};

}  // namespace bitacora::events
