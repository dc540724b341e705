#include "projections/media/media_store.h"

#include <algorithm>
#include <utility>

#include "events/durable_files.h"
#include "events/limits.h"
#include "projections/view_opening.h"

namespace bitacora::projections::media {

using events::AttachmentId;
using events::Position;
using events::RecordedEventPtr;
using events::Result;

Result<std::unique_ptr<MediaStore>> MediaStore::open(
    const std::filesystem::path& views_folder, Position last,
    const std::shared_ptr<rocksdb::FileSystem>& file_system) {
  const MediaProjection projection;
  auto store = open_or_renew_view(views_folder, projection, last, file_system);
  if (!store) return store.error();
  if (auto removed = remove_older_versions(views_folder, projection); !removed) {
    return removed.error();
  }
  // In the view's own folder, so that they go with it.
  auto renditions = views_folder /
                    (std::string(projection.name()) + "@" + std::to_string(projection.version())) /
                    "renditions";
  return std::unique_ptr<MediaStore>(new MediaStore(std::move(*store), std::move(renditions)));
}

MediaStore::MediaStore(std::unique_ptr<ViewStore> store, std::filesystem::path renditions)
    : renditions_(std::move(renditions)),
      store_(std::move(store)),
      position_(store_->checkpoint()) {}

Position MediaStore::position() const {
  const std::lock_guard lock(writing_);
  return position_;
}

Result<void> MediaStore::apply(std::span<const RecordedEventPtr> batch) {
  if (batch.empty()) return {};
  const std::lock_guard lock(writing_);
  BITACORA_INVARIANT(batch.front()->header.position == position_.next(),
                     "the media view was given events with a gap");
  const Position to = batch.back()->header.position;
  const bool concerned = std::any_of(batch.begin(), batch.end(), [](const auto& event) {
    return std::holds_alternative<events::AttachmentEvent>(event->event);
  });
  // Nothing is lost when events without rows come again after a restart.
  const std::uint64_t unwritten = to.value() - store_->checkpoint().value();
  if (concerned || unwritten >= events::limits::media_followed_every_events) {
    ViewWriter& rows = store_->begin();
    for (const RecordedEventPtr& event : batch) projection_.apply(*event, rows);
    if (auto committed = store_->commit(to); !committed) return committed;
  }
  // Only now: what is written later tells this position, and must not pass what has failed.
  position_ = to;
  return {};
}

Result<void> MediaStore::write_position() {
  const std::lock_guard lock(writing_);
  if (store_->checkpoint() == position_) return {};
  store_->begin();
  return store_->commit(position_);
}

Result<void> MediaStore::change(const AttachmentId& id,
                                const std::function<void(MediaRow&, ViewWriter&)>& change) {
  const std::lock_guard lock(writing_);
  ViewWriter& rows = store_->begin();
  auto row = find_media_row(std::as_const(rows), id);
  if (!row) rows.report_damage("a job of an attachment that it does not have");
  change(*row, rows);
  put_media_row(rows, id, *row);
  return store_->commit(position_);
}

std::filesystem::path MediaStore::path_of(const AttachmentId& id, Rendition form) const {
  const std::string name = id.to_string();
  const std::string folder = name.substr(name.size() - 2);
  return renditions_ / folder / (name + (form == Rendition::Ogg ? ".ogg" : ".mp3"));
}

Result<void> MediaStore::keep_rendition(const AttachmentId& id, Rendition form,
                                        std::string_view bytes) const {
  const auto path = path_of(id, form);
  std::error_code failure;
  if (std::filesystem::create_directories(path.parent_path(), failure)) {
    for (const auto& above : {renditions_.parent_path(), renditions_}) {
      if (auto synced = events::sync_folder(above); !synced) return synced;
    }
  }
  if (failure) {
    return events::error(events::ErrorCode::Unavailable,
                         "cannot make " + path.parent_path().string() + ": " + failure.message());
  }
  return events::replace_file_durably(path, bytes);
}

}  // namespace bitacora::projections::media
