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
#include <string>
#include <string_view>

#include "events/error.h"
#include "events/ids.h"

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
  // Rows with lower <= key < upper, ascending, or descending if `descending`; stops when `visit`
  // returns false. The views passed to `visit` live until it returns.
  virtual void scan(
      std::string_view lower, std::string_view upper, bool descending,
      const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;
};

// What apply() writes to: sees its own writes over the stored rows. One thread: the projector.
class ViewWriter {
 public:
  virtual ~ViewWriter() = default;
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) const = 0;
  virtual void put(std::string_view key, std::string_view value) = 0;
  virtual void erase(std::string_view key) = 0;
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

// Makes the folder when missing. Corrupt when the database cannot be read: the caller deletes the
// folder and rebuilds.
events::Result<std::unique_ptr<ViewStore>> open_view_store(
    const std::filesystem::path& views_folder, std::string_view name, std::uint32_t version);

}  // namespace bitacora::projections
