#include "projections/media/media_projection.h"

#include <limits>

#include "events/json_members.h"
#include "projections/media/job.h"

namespace bitacora {

using projections::media::MediaState;

namespace {

std::string_view state_name(MediaState state) {
  switch (state) {
    case MediaState::Pending:
      return "pending";
    case MediaState::Done:
      return "done";
    case MediaState::Failed:
      return "failed";
  }
  events::invariant_broken("a row of media in no state", __FILE__, __LINE__);
}

}  // namespace

// Stored by name.
template <>
struct events::TextForm<MediaState> {
  static std::string_view write(MediaState state) { return state_name(state); }
  static std::optional<MediaState> read(std::string_view text) {
    return find_named(text, state_name, static_cast<int>(MediaState::Failed) + 1);
  }
};

namespace projections::media {

using events::AttachmentId;
using events::Position;

void describe(auto& members, events::Of<MediaRow> auto& row) {
  members("position", row.position);
  members("mime", row.mime);
  members("state", row.state);
  members("attempts", row.attempts);
  members("noted", row.noted);
  members("outcome", row.findings.outcome);
  members("thumbnail", row.findings.thumbnail);
  members("duration_ms", row.findings.duration_ms);
  members("waveform", row.findings.waveform);
  members("renditions", row.findings.renditions);
  members.unless_empty("reason", row.findings.reason);
}

namespace {

constexpr char row_prefix = 'a';
constexpr char thumbnail_prefix = 't';

void attach(ViewWriter& rows, Position position, const events::AttachmentAttached& attached) {
  MediaRow row;
  row.position = position;
  row.mime = attached.attachment.mime;
  // Of a letter or a table nothing is to be found: they are done as they come.
  row.state = media_kind_of(row.mime) ? MediaState::Pending : MediaState::Done;
  put_media_row(rows, attached.attachment.id, row);
}

// What the log says of the file. A thumbnail and renditions that it tells of and that are not here,
// as after a rebuild, are still to be made.
void examine(ViewWriter& rows, const AttachmentId& id, const events::AttachmentExamined& examined) {
  auto row = find_media_row(rows, id);
  if (!row) rows.report_damage("an examination of an attachment that it does not have");
  row->noted = true;
  row->findings = examined;
  const bool failed = examined.outcome == events::ExaminationOutcome::Failed;
  if (row->state == MediaState::Pending &&
      (failed || !(examined.thumbnail || examined.renditions))) {
    row->state = failed ? MediaState::Failed : MediaState::Done;
    row->attempts = 0;
  }
  put_media_row(rows, id, *row);
}

}  // namespace

Key media_row_key(const AttachmentId& id) { return Key(row_prefix).uuid(id.bytes()); }

Key media_place_key(MediaList list, const MediaPlace& place) {
  return Key(static_cast<char>(list)).u64(place.position.value()).uuid(place.id.bytes());
}

Key thumbnail_key(const AttachmentId& id) { return Key(thumbnail_prefix).uuid(id.bytes()); }

std::string encode_media_row(const MediaRow& row) { return events::write_json(row); }

template <class Rows>
std::optional<MediaRow> find_media_row(const Rows& rows, const AttachmentId& id) {
  const auto value = rows.get(media_row_key(id).view());
  if (!value) return std::nullopt;
  MediaRow row;
  const auto read = events::read_json(*value, row, "a row of media");
  if (!read) rows.report_damage(read.error().detail);
  return row;
}
template std::optional<MediaRow> find_media_row(const ViewReader& rows, const AttachmentId& id);
template std::optional<MediaRow> find_media_row(const ViewWriter& rows, const AttachmentId& id);

void put_media_row(ViewWriter& rows, const AttachmentId& id, const MediaRow& row) {
  const auto list = [&](MediaList which, bool is_in) {
    const Key key = media_place_key(which, {row.position, id});
    if (is_in) {
      rows.put(key.view(), {});
    } else {
      rows.erase(key.view());
    }
  };
  list(MediaList::Pending, row.state == MediaState::Pending);
  list(MediaList::Unnoted, row.state != MediaState::Pending && !row.noted);
  rows.put(media_row_key(id).view(), encode_media_row(row));
}

std::vector<MediaPlace> media_places(const ViewReader& rows, MediaList list,
                                     std::size_t count_max) {
  std::vector<MediaPlace> places;
  const Key first(static_cast<char>(list));
  rows.scan(
      first.view(), past_prefix(first.view()), false, [&](std::string_view key, std::string_view) {
        if (places.size() == count_max) return false;
        places.push_back({Position(read_u64(key, 1)), AttachmentId(read_uuid(key, 1 + u64_bytes))});
        return true;
      });
  return places;
}

void MediaProjection::apply(const events::RecordedEvent& event, ViewWriter& rows) {
  const auto* happened = std::get_if<events::AttachmentEvent>(&event.event);
  if (happened == nullptr) return;
  if (const auto* attached = std::get_if<events::AttachmentAttached>(happened)) {
    attach(rows, event.header.position, *attached);
  } else if (const auto* examined = std::get_if<events::AttachmentExamined>(happened)) {
    examine(rows, AttachmentId(event.header.stream.id), *examined);
  }
}

}  // namespace projections::media
}  // namespace bitacora
