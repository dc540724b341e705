#include "http/catch_up.h"

#include <utility>

namespace bitacora::http {

namespace {

using projections::Announcement;
using projections::ConversationChange;
using projections::ViewReader;

// The change as this viewer is told it; nullopt when it does not concern them.
std::optional<ConversationChange> change_of(const ViewReader& inbox, const ViewReader& transcript,
                                            const events::Viewer& viewer,
                                            const events::ConversationId& id,
                                            events::Position cursor, std::size_t messages_max) {
  std::optional<events::ConversationState> state = projections::find_conversation(inbox, id);
  if (!state) return std::nullopt;
  ConversationChange change{.id = id,
                            .before = projections::facts_at(inbox, id, cursor),
                            .after = *std::move(state),
                            .messages = {}};
  if (may_see(viewer, change.after.facts)) {
    change.messages =
        projections::messages_between(transcript, id, cursor, inbox.checkpoint(), messages_max);
    return change;
  }
  if (may_see(viewer, change.before)) return change;
  return std::nullopt;
}

}  // namespace

CaughtUp catch_up(const projections::Projector& projector, const events::Viewer& viewer,
                  events::Position cursor, const CatchUpBounds& bounds) {
  // The transcript is committed before the inbox, so in this order it has all that the inbox has.
  const auto inbox = projector.read_inbox();
  const auto transcript = projector.read_transcript();
  CaughtUp caught_up;
  caught_up.position = inbox->checkpoint();
  const auto touched = projections::touched_after(*inbox, cursor, bounds.changes_max + 1);
  caught_up.too_much = touched.size() > bounds.changes_max;

  Announcement missed;
  missed.from = cursor;
  missed.to = caught_up.position;
  missed.directory = projector.directory();
  std::size_t left = bounds.changes_max;
  for (const events::ConversationId& id : touched) {
    if (caught_up.too_much) return {.too_much = true, .batch = {}, .position = {}, .counts = {}};
    auto change = change_of(*inbox, *transcript, viewer, id, cursor, left + 1);
    if (!change) continue;
    caught_up.too_much = change->messages.size() + 1 > left;
    left -= std::min(left, change->messages.size() + 1);
    missed.changes.push_back(*std::move(change));
  }
  if (caught_up.too_much) return {.too_much = true, .batch = {}, .position = {}, .counts = {}};
  const FactsAt facts_at = [&inbox](const events::ConversationId& id, events::Position position) {
    return projections::facts_at(*inbox, id, position);
  };
  caught_up.batch = render(missed, bounds.batch_bytes_max, facts_at, 1).front();
  caught_up.counts = projections::count_conversations(*inbox, viewer, *missed.directory);
  return caught_up;
}

}  // namespace bitacora::http
