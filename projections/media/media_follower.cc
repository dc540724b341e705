#include "projections/media/media_follower.h"

#include <utility>

#include "events/limits.h"

namespace bitacora::projections::media {

namespace limits = events::limits;
using events::AttachmentId;

namespace {

// Findings are noted together, at most so often: each note of its own would be a sync that messages
// wait for while many pictures come.
constexpr std::chrono::milliseconds note_interval{500};

}  // namespace

MediaFollower::MediaFollower(MediaStore& store, const MediaOptions& options,
                             std::function<void()> followed)
    : store_(store),
      options_(options),
      followed_(std::move(followed)),
      last_at_opening_(options.log->last_position()),
      thread_([this] { run(); }) {}

MediaFollower::~MediaFollower() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool MediaFollower::has_caught_up() const {
  const std::lock_guard lock(mutex_);
  return caught_up_;
}

void MediaFollower::run() {
  bool told = false;
  while (!rest(limits::media_follow_interval)) {
    const auto before = store_.position();
    // The wait ends as soon as something is appended, and often enough to end in time.
    options_.log->wait_past(before, 5 * limits::media_follow_interval);
    if (!follow()) {
      options_.warn("thumbnails and waveforms rest until the next start");
      break;
    }
    take_answers();
    if (!has_caught_up()) continue;
    note_what_was_found();
    if (!told || store_.position() != before) followed_();
    told = true;
  }
  if (const auto written = store_.write_position(); !written) {
    options_.warn(written.error().detail);
  }
}

// All that the log has. False when that is not possible any more.
bool MediaFollower::follow() {
  for (;;) {
    const auto batch = options_.log->read_all(store_.position().next(), limits::batch_events_max);
    const auto applied = batch ? store_.apply(*batch) : events::Result<void>(batch.error());
    if (!applied) {
      options_.warn(applied.error().detail);
      return false;
    }
    const std::lock_guard lock(mutex_);
    if (ends_) return true;
    caught_up_ = caught_up_ || store_.position() >= last_at_opening_;
    if (batch->empty()) return true;
  }
}

void MediaFollower::note_what_was_found() {
  const auto now = Clock::now();
  if (now < note_from_) return;
  const auto rows = store_.read();
  // What has been told and applied is in the list no more.
  std::map<AttachmentId, Clock::time_point> still;
  for (const auto& place :
       media_places(*rows, MediaList::Unnoted, limits::media_notes_in_flight_max)) {
    const auto known = noting_.find(place.id);
    if (known != noting_.end() && known->second > now) {
      still.insert(*known);
      continue;
    }
    const auto row = find_media_row(std::as_const(*rows), place.id);
    if (!row) rows->report_damage("an unnoted attachment without a row");
    still[place.id] = Clock::time_point::max();
    note_from_ = now + note_interval;
    options_.note(place.id, row->findings,
                  [id = place.id, answers = answers_](events::Result<void> answer) {
                    const std::lock_guard lock(answers->mutex);
                    answers->given.emplace_back(id, std::move(answer));
                  });
  }
  noting_ = std::move(still);
}

// One that was refused is told again later; one that was taken comes back through the log.
void MediaFollower::take_answers() {
  const std::lock_guard lock(answers_->mutex);
  for (const auto& [id, answer] : answers_->given) {
    const auto known = noting_.find(id);
    if (answer || known == noting_.end()) continue;
    options_.warn("what was found in attachment " + id.to_string() +
                  " is not noted yet: " + answer.error().detail);
    known->second = Clock::now() + limits::media_retry_pause;
  }
  answers_->given.clear();
}

bool MediaFollower::rest(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] { return ends_; });
  return ends_;
}

}  // namespace bitacora::projections::media
