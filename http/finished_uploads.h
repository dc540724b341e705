// Files that have arrived and wait for a message or a quick reply to take them.
#pragma once

#include <cstdint>
#include <string>

#include "events/error.h"
#include "events/event.h"

namespace bitacora::http {

// What a message needs to know to carry a file. Its bytes are the blob of its id
// (events/blob_store.h), synced. The upload's id is the attachment's.
struct FinishedUpload {
  events::AttachmentId id;
  std::string name;  // as its sender wrote it, without what could do harm
  std::string mime;  // of the content, which is of an accepted format
  std::uint64_t size_bytes = 0;
  events::Sha256 sha256{};
  // A recording: it goes with kind "voice", and nothing else does.
  bool voice = false;

  friend bool operator==(const FinishedUpload&, const FinishedUpload&) = default;
};

// Thread-safe.
class FinishedUploads {
 public:
  virtual ~FinishedUploads() = default;

  // What this person has uploaded wholly and may send. AttachmentUsed when they have sent it;
  // NoSuchAttachment when there is none of this id, it is not finished, has expired or is somebody
  // else's. Blocks at most for a read of the log.
  [[nodiscard]] virtual events::Result<FinishedUpload> find_finished(
      const events::AttachmentId& id, const events::Who& owner) const = 0;

  // The log knows the attachment now: the upload is forgotten, and no longer counts against its
  // owner's bounds; the blob stays. Does nothing when there is none. Blocks for the disk; when it
  // is not called in time, nothing is lost.
  virtual void taken(const events::AttachmentId& id) = 0;
};

}  // namespace bitacora::http
