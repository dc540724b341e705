// The projector: applies committed events to every view, and tells what changed.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "events/log.h"
#include "projections/directory_view.h"
#include "projections/inbox.h"
#include "projections/transcript.h"

namespace bitacora::projections {

// One conversation's change over a span of the log.
struct ConversationChange {
  events::ConversationId id;
  events::ConversationFacts before;  // status None: it was opened in this span
  events::ConversationState after;
  // New or changed in this span, as they are now, in the order of their changes.
  std::vector<Message> messages;
};

// What a span of the log changed, once all views have it: after `from`, up to and including `to`.
struct Announcement {
  events::Position from;
  events::Position to;
  std::vector<ConversationChange> changes;  // in the order of their last events
  // The directory as of `to`, and whether this span changed it.
  events::Directory directory;
  bool directory_changed = false;
};

using AnnouncementPtr = std::shared_ptr<const Announcement>;

class Projector {
 public:
  // Opens the views in <data>/views/; one that is damaged is deleted and built anew. Then applies
  // what the log has past each view's own checkpoint, without announcing. Blocks until the views
  // are current; tells `progress` (position, last) now and then. The file system is
  // open_view_store()'s.
  static events::Result<std::unique_ptr<Projector>> open(
      const std::filesystem::path& views_folder, const events::Log& log,
      const std::function<void(events::Position, events::Position)>& progress = {},
      const std::shared_ptr<rocksdb::FileSystem>& file_system = {});
  ~Projector();

  // Applies the first of the events that follow position(), those that change no more than an
  // announcement may; `to` tells how far. At least one; aborts on a gap. The transcript and the
  // directory are committed before the inbox, so that the inbox' checkpoint is what all views have
  // reached. One thread: the projector's. Blocks for writes.
  events::Result<AnnouncementPtr> apply(std::span<const events::RecordedEventPtr> committed);

  // The inbox' checkpoint. Any thread.
  [[nodiscard]] events::Position position() const;
  // The newest snapshot of the directory. Any thread, does not block.
  [[nodiscard]] events::Directory directory() const;
  // Pictures of the views for reading. Any thread.
  [[nodiscard]] std::unique_ptr<ViewReader> read_inbox() const;
  [[nodiscard]] std::unique_ptr<ViewReader> read_transcript() const;

 private:
  struct Views;
  explicit Projector(std::unique_ptr<Views> views);
  std::unique_ptr<Views> views_;
};

}  // namespace bitacora::projections
