// One request's writing to an upload.
#pragma once

#include "events/durable_files.h"
#include "http/upload_store.h"

namespace bitacora::http {

// Nobody else writes while it lives. One thread at a time; all functions block for the disk.
class UploadWriter {
 public:
  UploadWriter(UploadStore& store, UploadStore::EntryPtr entry, events::FileHandle file);
  // Lets others write. What was not paused or finished counts when the store next looks.
  ~UploadWriter();
  UploadWriter(const UploadWriter&) = delete;
  UploadWriter& operator=(const UploadWriter&) = delete;

  // Bytes that the upload still takes.
  [[nodiscard]] std::uint64_t room() const;
  // Writes behind what is there. StorageFull: as much as fits is kept. PayloadTooLarge past the
  // end, and nothing of this request is kept.
  events::Result<void> write(std::string_view bytes);
  // What was written is on the disk; where it stands. The upload is gone when the disk failed to
  // take it. Finishes the upload when it is complete: NotAccepted, and it is gone, when its content
  // is not of the kind that it was claimed to be.
  events::Result<UploadStatus> settle();

 private:
  events::Result<void> write_out(std::string_view bytes);
  void start_writing_out();
  events::Result<void> undo();

  UploadStore& store_;
  const UploadStore::EntryPtr entry_;
  events::FileHandle file_;
  const std::uint64_t begun_at_;
  std::uint64_t offset_;
  std::uint64_t written_out_;
};

}  // namespace bitacora::http
