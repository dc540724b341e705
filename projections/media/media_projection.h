// What is known of each attachment that can be looked into, as rows of the view `media`.
//
// The events say what belongs to the view and what has been found; thumbnails and renditions come
// from jobs. A row that a job has to fill is pending; when all is filled, the rows are the same
// however often the view has been rebuilt, because the same file gives the same thumbnail, and what
// the log says of a file stands over what a job finds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/attachment.h"
#include "projections/keys.h"
#include "projections/projection.h"

namespace bitacora::projections::media {

enum class MediaState : std::uint8_t { Pending, Done, Failed };

struct MediaRow {
  events::Position position;  // of the event that attached it
  std::string mime;
  MediaState state{};
  // With Pending: jobs that have been started for it and have not answered.
  std::uint32_t attempts = 0;
  // Whether the log knows what was found.
  bool noted = false;
  events::AttachmentExamined findings{};
};

// A pending row's or an unnoted one's place in its list.
struct MediaPlace {
  events::Position position;
  events::AttachmentId id;
};

// The lists beside the rows, in the order of the log.
enum class MediaList : char { Pending = 'p', Unnoted = 'u' };

Key media_row_key(const events::AttachmentId& id);
Key media_place_key(MediaList list, const MediaPlace& place);
Key thumbnail_key(const events::AttachmentId& id);

std::string encode_media_row(const MediaRow& row);
// nullopt when there is none. For readers and for writers.
template <class Rows>
std::optional<MediaRow> find_media_row(const Rows& rows, const events::AttachmentId& id);

// Writes the row, and its places in the lists as its state says, over what was there before.
void put_media_row(ViewWriter& rows, const events::AttachmentId& id, const MediaRow& row);

// The first ones of the list, at most `count_max`.
std::vector<MediaPlace> media_places(const ViewReader& rows, MediaList list, std::size_t count_max);

class MediaProjection final : public Projection {
 public:
  [[nodiscard]] std::string_view name() const override { return "media"; }
  [[nodiscard]] std::uint32_t version() const override { return 1; }
  void apply(const events::RecordedEvent& event, ViewWriter& rows) override;
};

}  // namespace bitacora::projections::media
