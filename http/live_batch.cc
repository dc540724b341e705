#include "http/live_batch.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "http/domain_json.h"
#include "http/frames.h"

namespace bitacora::http {

namespace {

using events::ConversationStatus;
using events::Position;
using projections::Announcement;
using projections::ConversationChange;

// A part of a change that has a position of its own: a message, or the conversation's last event.
struct Piece {
  Position position;
  std::size_t change = 0;
  std::optional<std::size_t> message{};
};

std::string conversation_text(const ConversationChange& change,
                              const events::DirectoryState& directory) {
  JsonText text;
  return conversation_change(conversation_json(change.id, change.after, directory, text.memory()));
}

std::string message_text(const projections::Message& message, const ConversationChange& change,
                         const events::DirectoryState& directory) {
  JsonText text;
  return message_change(message_json(message, change.after.contact_name, directory, text.memory()));
}

LiveChange begin_change(const ConversationChange& change, const events::DirectoryState& directory) {
  LiveChange live{change.id, change.before, change.after.facts, change.after.contact_id,
                  conversation_text(change, directory)};
  const bool could_be_seen = change.before.status != ConversationStatus::None;
  if (!could_be_seen || change.before == change.after.facts) return live;
  live.gone = gone_change(change.id);
  if (change.after.facts.status == ConversationStatus::Attending) {
    JsonText text;
    json::value owner = operator_or_null(change.after.facts.owner, directory, text.memory());
    live.gone_naming_owner = gone_change(change.id, std::move(owner.as_object()));
  }
  return live;
}

std::size_t memory_of(const LiveChange& change) {
  return sizeof change + change.shown.capacity() + change.gone.capacity() +
         change.gone_naming_owner.capacity();
}

LiveBatchPtr finish(LiveBatch batch) {
  batch.bytes = sizeof batch;
  for (const LiveChange& change : batch.changes) batch.bytes += memory_of(change);
  return std::make_shared<const LiveBatch>(std::move(batch));
}

LiveBatch begin_batch(const Announcement& announcement, Position from) {
  LiveBatch batch;
  batch.from = from;
  batch.to = announcement.to;
  batch.directory = announcement.directory;
  batch.directory_changed = announcement.directory_changed;
  return batch;
}

std::vector<Piece> pieces_of(const Announcement& announcement) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < announcement.changes.size(); ++i) {
    const ConversationChange& change = announcement.changes[i];
    for (std::size_t k = 0; k < change.messages.size(); ++k) {
      pieces.push_back({change.messages[k].position, i, k});
    }
    pieces.push_back({change.after.position, i});
  }
  std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& one, const Piece& other) {
    return one.position < other.position;
  });
  return pieces;
}

// Puts pieces into batches in the order of their positions, so that all that is up to a cut stands
// before it. The conversation's own text is written again in each batch that has a piece of it.
class Splitter {
 public:
  Splitter(const Announcement& announcement, std::size_t bytes_max)
      : announcement_(announcement),
        bytes_max_(bytes_max),
        told_(announcement.changes.size(), false),
        place_(announcement.changes.size()),
        batch_(begin_batch(announcement, announcement.from)) {}

  std::vector<LiveBatchPtr> split() {
    Position last = announcement_.from;
    for (const Piece& piece : pieces_of(announcement_)) {
      if (bytes_ > bytes_max_ && piece.position > last) cut(last);
      add(piece);
      last = piece.position;
    }
    cut(announcement_.to);
    return std::move(done_);
  }

 private:
  void add(const Piece& piece) {
    const ConversationChange& change = announcement_.changes[piece.change];
    std::optional<std::size_t>& place = place_[piece.change];
    if (!place) {
      place = batch_.changes.size();
      batch_.changes.push_back(begin_change(change, *announcement_.directory));
      // The batch before told it already, as it is at the end.
      if (told_[piece.change]) batch_.changes.back().before = change.after.facts;
      told_[piece.change] = true;
      bytes_ += batch_.changes.back().shown.size();
    }
    if (!piece.message) return;
    const std::string text =
        message_text(change.messages[*piece.message], change, *announcement_.directory);
    std::string& shown = batch_.changes[*place].shown;
    shown += ',';
    shown += text;
    bytes_ += text.size();
  }

  void cut(Position to) {
    batch_.to = to;
    done_.push_back(finish(std::move(batch_)));
    batch_ = begin_batch(announcement_, to);
    std::fill(place_.begin(), place_.end(), std::nullopt);
    bytes_ = 0;
  }

  const Announcement& announcement_;
  std::size_t bytes_max_;
  std::vector<bool> told_;
  std::vector<std::optional<std::size_t>> place_;
  LiveBatch batch_;
  std::size_t bytes_ = 0;
  std::vector<LiveBatchPtr> done_;
};

bool waits(const events::ConversationFacts& facts) {
  return facts.status == ConversationStatus::Waiting;
}

bool is_attended(const events::ConversationFacts& facts) {
  return facts.status == ConversationStatus::Attending;
}

}  // namespace

std::vector<LiveBatchPtr> render(const Announcement& announcement, std::size_t bytes_max) {
  LiveBatch batch = begin_batch(announcement, announcement.from);
  batch.changes.reserve(announcement.changes.size());
  std::size_t bytes = 0;
  for (const ConversationChange& change : announcement.changes) {
    LiveChange live = begin_change(change, *announcement.directory);
    for (const projections::Message& message : change.messages) {
      live.shown += ',';
      live.shown += message_text(message, change, *announcement.directory);
    }
    bytes += live.shown.size();
    if (bytes > bytes_max) return Splitter(announcement, bytes_max).split();
    batch.changes.push_back(std::move(live));
  }
  return {finish(std::move(batch))};
}

Sight sight_of(const events::Viewer& viewer, const LiveChange& change) {
  if (may_see(viewer, change.after)) return Sight::Shown;
  return may_see(viewer, change.before) ? Sight::Gone : Sight::Nothing;
}

CountsMove counts_move(const events::Viewer& viewer, const LiveChange& change) {
  const bool saw = may_see(viewer, change.before);
  const bool sees = may_see(viewer, change.after);
  return {
      static_cast<int>(sees && waits(change.after)) - static_cast<int>(saw && waits(change.before)),
      static_cast<int>(sees && is_attended(change.after)) -
          static_cast<int>(saw && is_attended(change.before))};
}

}  // namespace bitacora::http
