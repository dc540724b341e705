#include "http/live_batch.h"

#include <unordered_map>
#include <utility>

#include "http/frames.h"

namespace bitacora::http {

namespace {

using events::ConversationStatus;
using projections::Announcement;
using projections::ConversationChange;

LiveChange render_change(const ConversationChange& change,
                         const events::DirectoryState& directory) {
  LiveChange live{.id = change.id,
                  .before = change.before,
                  .after = change.after.facts,
                  .contact_id = change.after.contact_id,
                  .shown = conversation_change(change.id, change.after, directory)};
  for (const projections::Message& message : change.messages) {
    live.shown += ',';
    live.shown += message_change(message, change.after.contact_name, directory);
  }
  const bool could_be_seen = live.before.status != ConversationStatus::None;
  if (!could_be_seen || live.before == live.after) return live;
  live.gone = gone_change(live.id);
  if (live.after.status == ConversationStatus::Attending) {
    live.gone_naming_owner = gone_change(live.id, *live.after.owner, directory);
  }
  return live;
}

std::size_t memory_of(const LiveChange& change) {
  return sizeof change + change.shown.capacity() + change.gone.capacity() +
         change.gone_naming_owner.capacity();
}

const std::string& gone_for(const events::Viewer& viewer, const LiveChange& change) {
  const bool named = !change.gone_naming_owner.empty() && may_know_owner(viewer, change.after);
  return named ? change.gone_naming_owner : change.gone;
}

// A conversation that the viewer can see where one of the batches begins or ends.
struct Sighting {
  // By the client, told everything so far.
  bool held = false;
  // Its last change that the viewer sees something of: as it leaves the conversation, in sight or
  // not, so do the batches.
  const LiveChange* last = nullptr;
};

class Telling {
 public:
  Telling(const events::Viewer& viewer, std::span<const LiveBatchPtr> batches) : viewer_(viewer) {
    for (const LiveBatchPtr& batch : batches) {
      for (const LiveChange& change : batch->changes) sight(change);
    }
  }

  // False when the texts become longer than `bytes_max`.
  bool tell(const LiveBatch& batch, std::size_t bytes_max, std::string& texts) {
    for (const LiveChange& change : batch.changes) {
      const auto found = sightings_.find(change.id);
      if (found == sightings_.end()) continue;
      const std::string* const text = text_of(change, found->second);
      if (text == nullptr) continue;
      if (!texts.empty()) texts += ',';
      texts += *text;
      if (texts.size() > bytes_max) return false;
    }
    return true;
  }

 private:
  void sight(const LiveChange& change) {
    const bool saw = may_see(viewer_, change.before);
    if (!saw && !may_see(viewer_, change.after)) return;
    const auto [at, is_first] = sightings_.try_emplace(change.id);
    if (is_first) at->second.held = saw;
    at->second.last = &change;
  }

  const std::string* text_of(const LiveChange& change, Sighting& sighting) {
    const bool stays = may_see(viewer_, sighting.last->after);
    const bool shows = stays && may_see(viewer_, change.after);
    const bool held = std::exchange(sighting.held, shows);
    if (shows) return &change.shown;
    // One that will go is gone with the first that is told of it, so that it is not left behind
    // without its messages.
    return held ? &gone_for(viewer_, stays ? change : *sighting.last) : nullptr;
  }

  const events::Viewer& viewer_;
  std::unordered_map<events::ConversationId, Sighting> sightings_;
};

bool waits(const events::ConversationFacts& facts) {
  return facts.status == ConversationStatus::Waiting;
}

bool is_attended(const events::ConversationFacts& facts) {
  return facts.status == ConversationStatus::Attending;
}

}  // namespace

LiveBatchPtr render(const Announcement& announcement) {
  LiveBatch batch{.from = announcement.from,
                  .to = announcement.to,
                  .changes = {},
                  .directory_changed = announcement.directory_changed,
                  .bytes = sizeof batch};
  batch.changes.reserve(announcement.changes.size());
  for (const ConversationChange& change : announcement.changes) {
    batch.changes.push_back(render_change(change, *announcement.directory));
    batch.bytes += memory_of(batch.changes.back());
  }
  return std::make_shared<const LiveBatch>(std::move(batch));
}

Told tell(const events::Viewer& viewer, std::span<const LiveBatchPtr> batches,
          std::size_t bytes_max) {
  Telling telling(viewer, batches);
  Told told;
  for (const LiveBatchPtr& batch : batches) {
    const std::size_t length = told.changes.size();
    if (!telling.tell(*batch, bytes_max, told.changes)) {
      told.changes.resize(length);
      break;
    }
    ++told.batches;
  }
  return told;
}

CountsMove counts_move(const events::Viewer& viewer, const LiveBatch& batch) {
  CountsMove move;
  for (const LiveChange& change : batch.changes) {
    const bool saw = may_see(viewer, change.before);
    const bool sees = may_see(viewer, change.after);
    move.waiting += static_cast<int>(sees && waits(change.after)) -
                    static_cast<int>(saw && waits(change.before));
    move.attending += static_cast<int>(sees && is_attended(change.after)) -
                      static_cast<int>(saw && is_attended(change.before));
  }
  return move;
}

}  // namespace bitacora::http
