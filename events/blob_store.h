// The bytes of attachments, as they were sent: one file each, never changed.
//
// A blob lies at <folder>/<last two hex digits of its id>/<id>. It is on the disk, name and bytes,
// before adopt() or link() returns, so that an event that tells of it never stands alone. The log
// decides which blobs count; those that it does not know are swept when they are a day old.
//
// Thread-safe. All functions block for the disk.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>

#include "events/durable_files.h"
#include "events/error.h"
#include "events/ids.h"

namespace bitacora::events {

// A blob that is open for reading. Stays readable when the blob is removed meanwhile.
struct OpenBlob {
  FileHandle file;
  std::uint64_t size_bytes = 0;
};

class BlobStore {
 public:
  // Makes the folder and those in it when they are missing; they stay while the store is open.
  static Result<std::unique_ptr<BlobStore>> open(const std::filesystem::path& folder);

  // Where the blob lies, or would lie.
  [[nodiscard]] std::filesystem::path path_of(const AttachmentId& id) const;
  // NotFound when there is none.
  [[nodiscard]] Result<OpenBlob> open_blob(const AttachmentId& id) const;

  // Moves a file, on the same file system, to be this blob; its bytes are synced first. Does
  // nothing when the file has gone and the blob is there: a move that a stop interrupted. When a
  // sync fails, neither of the two is there any more.
  Result<void> adopt(const std::filesystem::path& file, const AttachmentId& id);
  // The same bytes under another id, without a copy: for a quick reply's attachment, which each
  // message that carries it has as its own. NotFound when there is no `from`.
  Result<void> link(const AttachmentId& from, const AttachmentId& to);
  // Does nothing when there is none.
  Result<void> remove(const AttachmentId& id);

  // Whether there is any blob at all.
  [[nodiscard]] Result<bool> has_any() const;

  // Removes the blobs whose ids were made from `from` on and before `before`, and that nobody
  // needs, which is asked for each of them. How many went.
  Result<std::size_t> sweep(Instant from, Instant before,
                            const std::function<bool(const AttachmentId&)>& is_needed);

 private:
  explicit BlobStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path folder_;
};

}  // namespace bitacora::events
