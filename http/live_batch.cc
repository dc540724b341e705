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
  return {.id = change.id,
          .before = change.before,
          .after = change.after.facts,
          .shown_as = change.after.facts,
          .contact_id = change.after.contact_id,
          .shown = conversation_text(change, directory)};
}

void add_gone(LiveChange& live, const events::DirectoryState& directory) {
  const bool could_be_seen = live.before.status != ConversationStatus::None;
  const bool moved = live.before != live.after || live.after != live.shown_as;
  if (!could_be_seen || !moved) return;
  live.gone = gone_change(live.id);
  if (live.shown_as.status == ConversationStatus::Attending) {
    JsonText text;
    json::value owner = operator_or_null(live.shown_as.owner, directory, text.memory());
    live.gone_naming_owner = gone_change(live.id, std::move(owner.as_object()));
  }
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
  Splitter(const Announcement& announcement, std::size_t bytes_max, const FactsAt& facts_at,
           std::size_t batches_max)
      : announcement_(announcement),
        bytes_max_(bytes_max),
        facts_at_(facts_at),
        batches_max_(batches_max),
        place_(announcement.changes.size()),
        batch_(begin_batch(announcement, announcement.from)) {
    for (const ConversationChange& change : announcement.changes) facts_.push_back(change.before);
  }

  std::vector<LiveBatchPtr> split() {
    Position last = announcement_.from;
    for (const Piece& piece : pieces_of(announcement_)) {
      if (bytes_ > bytes_max_ && piece.position > last) cut(last);
      if (done_.size() == batches_max_) return std::move(done_);
      add(piece);
      last = piece.position;
    }
    cut(announcement_.to);
    return std::move(done_);
  }

 private:
  LiveChange& change_in_batch(std::size_t index) {
    std::optional<std::size_t>& place = place_[index];
    if (!place) {
      place = batch_.changes.size();
      batch_.changes.push_back(
          begin_change(announcement_.changes[index], *announcement_.directory));
      bytes_ += batch_.changes.back().shown.size();
    }
    return batch_.changes[*place];
  }

  void add(const Piece& piece) {
    LiveChange& live = change_in_batch(piece.change);
    if (!piece.message) return;
    const ConversationChange& change = announcement_.changes[piece.change];
    const std::string text =
        message_text(change.messages[*piece.message], change, *announcement_.directory);
    live.shown += ',';
    live.shown += text;
    bytes_ += text.size();
  }

  // Whose each conversation is at the cut, and was at the last one. One that has no piece here, but
  // changed hands, is in the batch as well.
  void settle(Position to) {
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      const ConversationChange& change = announcement_.changes[i];
      const bool is_behind = change.after.position <= batch_.from;
      if (is_behind) continue;
      const events::ConversationFacts now =
          change.after.position <= to ? change.after.facts : facts_at_(change.id, to);
      if (place_[i] || now != facts_[i]) {
        LiveChange& live = change_in_batch(i);
        live.before = facts_[i];
        live.after = now;
        add_gone(live, *announcement_.directory);
      }
      facts_[i] = now;
    }
  }

  void cut(Position to) {
    settle(to);
    batch_.to = to;
    done_.push_back(finish(std::move(batch_)));
    batch_ = begin_batch(announcement_, to);
    std::fill(place_.begin(), place_.end(), std::nullopt);
    bytes_ = 0;
  }

  const Announcement& announcement_;
  const std::size_t bytes_max_;
  const FactsAt& facts_at_;
  const std::size_t batches_max_;
  // Of each change, in the batch under way.
  std::vector<std::optional<std::size_t>> place_;
  // Of each change, as of the last cut.
  std::vector<events::ConversationFacts> facts_;
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

std::vector<LiveBatchPtr> render(const Announcement& announcement, std::size_t bytes_max,
                                 const FactsAt& facts_at, std::size_t batches_max) {
  LiveBatch batch = begin_batch(announcement, announcement.from);
  batch.changes.reserve(announcement.changes.size());
  std::size_t bytes = 0;
  for (const ConversationChange& change : announcement.changes) {
    LiveChange live = begin_change(change, *announcement.directory);
    add_gone(live, *announcement.directory);
    for (const projections::Message& message : change.messages) {
      live.shown += ',';
      live.shown += message_text(message, change, *announcement.directory);
    }
    bytes += live.shown.size();
    if (bytes > bytes_max) return Splitter(announcement, bytes_max, facts_at, batches_max).split();
    batch.changes.push_back(std::move(live));
  }
  return {finish(std::move(batch))};
}

Sight sight_of(const events::Viewer& viewer, const LiveChange& change) {
  if (may_see(viewer, change.after) && may_see(viewer, change.shown_as)) return Sight::Shown;
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
