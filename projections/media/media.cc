#include "projections/media/media.h"

#include <utility>

#include "projections/media/media_follower.h"
#include "projections/media/media_runner.h"
#include "projections/media/media_store.h"

namespace bitacora::projections::media {

using events::AttachmentId;

namespace {

constexpr std::size_t pending_counted_max = 1'000;

MissingMedia missing(const MediaRow& row) {
  if (row.state == MediaState::Pending) return MissingMedia::Pending;
  return row.state == MediaState::Failed ? MissingMedia::Failed : MissingMedia::NotOfThatKind;
}

}  // namespace

// In the order of their making: those that come later use those before.
struct Media::Parts {
  MediaOptions options;
  std::unique_ptr<MediaStore> store;
  std::unique_ptr<MediaRunner> runner;
  std::unique_ptr<MediaFollower> follower;
  // Of the runner when it had ended.
  MediaFigures last_figures{};
};

events::Result<std::unique_ptr<Media>> Media::open(MediaOptions options) {
  auto store = MediaStore::open(options.views_folder, options.log->last_position());
  if (!store) return store.error();
  auto parts = std::make_unique<Parts>();
  parts->options = std::move(options);
  parts->store = std::move(*store);
  parts->runner = std::make_unique<MediaRunner>(*parts->store, parts->options);
  parts->follower = std::make_unique<MediaFollower>(
      *parts->store, parts->options, [runner = parts->runner.get()] { runner->wake(); });
  return std::unique_ptr<Media>(new Media(std::move(parts)));
}

Media::Media(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Media::~Media() { stop(); }

void Media::stop() {
  parts_->follower.reset();
  if (!parts_->runner) return;
  parts_->last_figures = parts_->runner->figures();
  parts_->runner.reset();
}

std::variant<std::shared_ptr<const std::string>, MissingMedia> Media::thumbnail(
    const AttachmentId& id) const {
  const auto rows = parts_->store->read();
  const auto row = find_media_row(std::as_const(*rows), id);
  // The view may be behind the log: what it does not know yet is to come.
  if (!row) return MissingMedia::Pending;
  const auto kind = media_kind_of(row->mime);
  if (!kind || is_audio(*kind)) return MissingMedia::NotOfThatKind;
  if (row->state != MediaState::Done) return missing(*row);
  auto bytes = rows->get(thumbnail_key(id).view());
  if (!bytes) rows->report_damage("a thumbnail that is said to be there is not");
  return std::make_shared<const std::string>(*std::move(bytes));
}

std::variant<std::filesystem::path, MissingMedia> Media::rendition(const AttachmentId& id,
                                                                   Rendition form) const {
  const auto row = find_media_row(std::as_const(*parts_->store->read()), id);
  if (!row) return MissingMedia::Pending;
  const auto kind = media_kind_of(row->mime);
  if (!kind || !is_audio(*kind)) return MissingMedia::NotOfThatKind;
  if (*kind == MediaKind::Mp3) {
    if (form == Rendition::Mp3) return parts_->options.blobs->path_of(id);
    return MissingMedia::NotOfThatKind;
  }
  if (row->state != MediaState::Done) return missing(*row);
  return parts_->store->path_of(id, form);
}

MediaFigures Media::figures() const {
  MediaFigures figures = parts_->runner ? parts_->runner->figures() : parts_->last_figures;
  figures.pending = media_places(*read(), MediaList::Pending, pending_counted_max).size();
  figures.position = parts_->store->position();
  return figures;
}

std::unique_ptr<ViewReader> Media::read() const { return parts_->store->read(); }

}  // namespace bitacora::projections::media
