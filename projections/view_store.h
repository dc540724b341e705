// A view's database: rows and the checkpoint that says how far the log has been applied to them.
//
// One RocksDB database a view, in <data>/views/<name>@<version>/. It is disposable: deleted, it is
// rebuilt from the log to the same rows, byte for byte (rebuild.h proves it). Rows and checkpoint
// are written in one batch, so that a crash loses nothing but time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/error.h"
#include "events/ids.h"

namespace rocksdb {
class FileSystem;
}

namespace bitacora::projections {

// A consistent picture of a view at one checkpoint. Any number may live beside the writer; each
// pins old rows, so it should live for a request, not longer. One thread at a time. Reads block for
// the disk at most.
class ViewReader {
 public:
  virtual ~ViewReader() = default;
  // The log has been applied up to and including this position.
  [[nodiscard]] virtual events::Position checkpoint() const = 0;
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) const = 0;
  // As get() of each key, in their order, at less cost for rows that stand near each other.
  [[nodiscard]] virtual std::vector<std::optional<std::string>> get_many(
      std::span<const std::string_view> keys) const = 0;
  // Rows with lower <= key < upper, ascending, or descending if `descending`; stops when `visit`
  // returns false. The views passed to `visit` live until it returns.
  virtual void scan(
      std::string_view lower, std::string_view upper, bool descending,
      const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;
  // For rows that cannot be understood: marks the view as damaged, so that the next opening builds
  // it anew, says so on standard error and aborts.
  [[noreturn]] virtual void report_damage(std::string_view what) const = 0;
};

// What apply() writes to: sees its own writes over the stored rows. Keys do not begin with a zero
// byte: the store keeps its own there. One thread: the projector.
class ViewWriter {
 public:
  virtual ~ViewWriter() = default;
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) const = 0;
  virtual void put(std::string_view key, std::string_view value) = 0;
  virtual void erase(std::string_view key) = 0;
  // As erase(), for a key that has been put exactly once since it was last erased, and is always
  // erased this way. Such a pair leaves nothing behind once it is flushed, so that lists whose rows
  // move all the time stay short to scan.
  virtual void erase_single(std::string_view key) = 0;
  // The first key with lower <= key < upper that is stored and that this batch has not erased; the
  // keys that this batch has put are not looked at.
  [[nodiscard]] virtual std::optional<std::string> first_stored(std::string_view lower,
                                                                std::string_view upper) const = 0;
  [[noreturn]] virtual void report_damage(std::string_view what) const = 0;  // as ViewReader's
};

class ViewStore {
 public:
  virtual ~ViewStore() = default;
  [[nodiscard]] virtual events::Position checkpoint() const = 0;
  // Thread-safe.
  [[nodiscard]] virtual std::unique_ptr<ViewReader> read() const = 0;
  // One batch at a time: begin, write, commit. Rows become visible to new readers at commit, all
  // together with the checkpoint. Not synced: the log is.
  virtual ViewWriter& begin() = 0;
  virtual events::Result<void> commit(events::Position checkpoint) = 0;
};

// Makes the folder when missing. Corrupt when the database cannot be read or was reported damaged:
// the caller removes the view and rebuilds. Unavailable when another process holds it. A null
// `file_system` is the real one; tests have one that drops what was not synced.
events::Result<std::unique_ptr<ViewStore>> open_view_store(
    const std::filesystem::path& views_folder, std::string_view name, std::uint32_t version,
    const std::shared_ptr<rocksdb::FileSystem>& file_system = {});

// Deletes the view's folder, which nobody may have open, and what says that it is damaged.
events::Result<void> remove_view(const std::filesystem::path& views_folder, std::string_view name,
                                 std::uint32_t version);

}  // namespace bitacora::projections
