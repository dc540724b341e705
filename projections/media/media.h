// Thumbnails, lengths, waveforms and renditions: a projection of the log that follows it beside the
// server's work, on threads and in processes of its own.
//
// Numbered, each held by a test of tests/projections/media/media_test.cc:
//   M1  What is told as there, is there: rows and files are written before the log is told.
//   M2  A file is looked into once. One over which the worker dies is tried
//       limits::media_attempts_max times, restarts of the server included, and has failed then. A
//       crash of the machine may lose the count.
//   M3  Whatever happens to a worker, the next job goes on.
//   M4  A view that is built anew holds the same rows and the same files, and tells the log nothing
//       that it knows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "events/attachment.h"
#include "events/blob_store.h"
#include "events/log.h"
#include "projections/media/worker_process.h"
#include "projections/media_files.h"
#include "projections/view_store.h"

namespace bitacora::projections::media {

struct MediaOptions {
  std::filesystem::path views_folder;
  // Both outlive the view.
  const events::Log* log = nullptr;
  const events::BlobStore* blobs = nullptr;
  std::shared_ptr<const WorkerProgram> program;
  // Processes at the same time; 0: one for two cores, at least one.
  std::size_t workers = 0;
  WorkerBounds bounds{};
  // Tells the log what was found: calls `done` once, on any thread. Must not block.
  std::function<void(const events::AttachmentId& id, events::AttachmentExamined examined,
                     std::function<void(events::Result<void>)> done)>
      note;
  // Told what goes wrong, for the server's log. Any thread.
  std::function<void(const std::string& what)> warn = [](const std::string&) {};
};

// Thread-safe, except for stop() and the destructor.
class Media final : public MediaFiles {
 public:
  // Returns at once: what the log has past the view's checkpoint is applied beside.
  static events::Result<std::unique_ptr<Media>> open(MediaOptions options);
  // Stops as stop() does.
  ~Media() override;

  [[nodiscard]] std::variant<std::shared_ptr<const std::string>, MissingMedia> thumbnail(
      const events::AttachmentId& id) const override;
  // An MP3 is its own rendition.
  [[nodiscard]] std::variant<std::filesystem::path, MissingMedia> rendition(
      const events::AttachmentId& id, Rendition form) const override;

  [[nodiscard]] MediaFigures figures() const override;
  // A picture of the rows.
  [[nodiscard]] std::unique_ptr<ViewReader> read() const;

  // Ends the workers and the threads; jobs under way are taken up again at the next opening. `note`
  // is not called any more, though answers may still come. A second call does nothing.
  void stop();

 private:
  struct Parts;
  explicit Media(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace bitacora::projections::media
