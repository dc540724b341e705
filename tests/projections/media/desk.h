// A log, blobs and the media view over them, as the server has them.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "events/rocksdb_log.h"
#include "projections/media/media.h"
#include "projections/media/media_projection.h"
#include "tests/events/temporary_folder.h"

namespace bitacora::projections::media {

class Desk {
 public:
  Desk();
  ~Desk();

  // Stores the bytes and attaches them to a message of a conversation.
  events::AttachmentId attach(const std::string& mime, std::string_view bytes);
  // The same of bytes that are not there.
  events::AttachmentId attach_nothing(const std::string& mime);

  void open(std::shared_ptr<const WorkerProgram> program, std::size_t workers = 1,
            const WorkerBounds& bounds = {});
  void close() { media_.reset(); }
  [[nodiscard]] Media& media() { return *media_; }
  [[nodiscard]] const events::Log& log() const { return *log_; }

  // Blocks until nothing is pending and all that was found stands in the log, and the view has had
  // it. False when that does not come within a minute.
  bool settle();
  // What the log says of the attachment; nullopt: nothing yet.
  [[nodiscard]] std::optional<events::AttachmentExamined> examined(const events::AttachmentId& id);
  // How often it was noted.
  [[nodiscard]] std::size_t notes() const;
  // The next so many notes are refused.
  void refuse_notes(std::size_t count);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] std::filesystem::path views() const { return folder_.path() / "views"; }

 private:
  events::AttachmentId attach_blob(const events::AttachmentId& id, const std::string& mime);
  void append(const events::StreamId& stream, events::Version expected, events::Event event);
  events::Result<void> note(const events::AttachmentId& id,
                            const events::AttachmentExamined& examined);

  events::TemporaryFolder folder_;
  // The log has one appender; here that is whoever holds this.
  mutable std::mutex appending_;
  std::size_t notes_ = 0;
  std::size_t refusals_ = 0;
  std::unique_ptr<events::Log> log_;
  std::unique_ptr<events::BlobStore> blobs_;
  std::unique_ptr<Media> media_;
};

}  // namespace bitacora::projections::media
