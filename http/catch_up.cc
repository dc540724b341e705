#include "http/catch_up.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "http/frames.h"

namespace bitacora::http {

namespace {

using events::Position;
using projections::ViewReader;

// A change of a frame, and the position of what it tells.
struct Text {
  Position position;
  std::string text;
};

// A conversation that was touched after the cursor, and concerns the viewer.
struct Missed {
  events::ConversationId id;
  bool was_visible = false;         // at the cursor
  bool is_visible = false;          // now
  events::ConversationFacts facts;  // now
  Position last;                    // of its events
  // While it is visible: as it is now, and its new messages.
  std::string shown{};
  std::vector<Text> messages{};
};

// The views as of one position, read for a viewer.
class Reading {
 public:
  // The transcript is committed before the inbox, so in this order it has all that the inbox has.
  Reading(const projections::Projector& projector, const events::Viewer& viewer, Position cursor)
      : inbox_(projector.read_inbox()),
        transcript_(projector.read_transcript()),
        directory_(projector.directory()),
        viewer_(viewer),
        cursor_(cursor) {}

  [[nodiscard]] Position position() const { return inbox_->checkpoint(); }
  [[nodiscard]] projections::InboxCounts counts() const {
    return projections::count_conversations(*inbox_, viewer_, *directory_);
  }

  // In the order of their last events; nullopt when they and their messages are more than so many.
  [[nodiscard]] std::optional<std::vector<Missed>> missed(std::size_t changes_max) const {
    const auto touched = projections::touched_after(*inbox_, cursor_, changes_max + 1);
    if (touched.size() > changes_max) return std::nullopt;
    std::vector<Missed> all;
    std::size_t left = changes_max;
    for (const events::ConversationId& id : touched) {
      auto one = look_at(id, left);
      if (!one) continue;
      const std::size_t changes = one->messages.size() + 1;
      if (changes > left) return std::nullopt;
      left -= changes;
      all.push_back(*std::move(one));
    }
    return all;
  }

  // Whether the viewer could see it at a position after the cursor.
  [[nodiscard]] bool was_visible(const Missed& one, Position at) const {
    if (at >= one.last) return one.is_visible;
    return may_see(viewer_, projections::facts_at(*inbox_, one.id, at));
  }

  [[nodiscard]] std::string gone(const Missed& one) const {
    const bool attended = one.facts.status == events::ConversationStatus::Attending;
    return attended && may_know_owner(viewer_, one.facts)
               ? gone_change(one.id, *one.facts.owner, *directory_)
               : gone_change(one.id);
  }

 private:
  [[nodiscard]] std::optional<Missed> look_at(const events::ConversationId& id,
                                              std::size_t messages_max) const {
    const auto state = projections::find_conversation(*inbox_, id);
    if (!state) return std::nullopt;
    Missed one{.id = id,
               .was_visible = may_see(viewer_, projections::facts_at(*inbox_, id, cursor_)),
               .is_visible = may_see(viewer_, state->facts),
               .facts = state->facts,
               .last = state->position};
    if (!one.is_visible) return one.was_visible ? std::optional(std::move(one)) : std::nullopt;
    one.shown = conversation_change(id, *state, *directory_);
    for (const projections::Message& message :
         projections::messages_between(*transcript_, id, cursor_, position(), messages_max)) {
      one.messages.push_back(
          {message.changed, message_change(message, state->contact_name, *directory_)});
    }
    return one;
  }

  const std::unique_ptr<ViewReader> inbox_;
  const std::unique_ptr<ViewReader> transcript_;
  const events::Directory directory_;
  const events::Viewer& viewer_;
  const Position cursor_;
};

// How far a frame goes that has all texts up to there; at least to the first of them.
Position cut_of(const std::vector<Missed>& missed, std::size_t bytes_max, Position end) {
  std::vector<std::pair<Position, std::size_t>> lengths;
  for (const Missed& one : missed) {
    // It stands before the first of its messages.
    lengths.emplace_back(one.messages.empty() ? one.last : one.messages.front().position,
                         one.shown.size());
    for (const Text& message : one.messages) {
      lengths.emplace_back(message.position, message.text.size());
    }
  }
  std::sort(lengths.begin(), lengths.end());
  std::size_t bytes = 0;
  std::optional<Position> cut;
  for (const auto& [position, length] : lengths) {
    bytes += length;
    if (cut && bytes > bytes_max && position > *cut) return *cut;
    cut = position;
  }
  return end;
}

class Changes {
 public:
  void add(std::string_view text) {
    if (!text_.empty()) text_ += ',';
    text_ += text;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// What of a conversation that is visible stands at or before the cut.
void show(const Missed& one, Position cut, Changes& changes) {
  const bool has_new_messages = !one.messages.empty() && one.messages.front().position <= cut;
  // The rest is told with what comes after the cut.
  if (!has_new_messages && one.last > cut) return;
  changes.add(one.shown);
  for (const Text& message : one.messages) {
    if (message.position <= cut) changes.add(message.text);
  }
}

}  // namespace

CaughtUp catch_up(const projections::Projector& projector, const events::Viewer& viewer,
                  Position cursor, const CatchUpBounds& bounds) {
  const Reading views(projector, viewer, cursor);
  const auto missed = views.missed(bounds.changes_max);
  if (!missed) return {.too_much = true};
  const Position cut = cut_of(*missed, bounds.bytes_max, views.position());
  Changes changes;
  for (const Missed& one : *missed) {
    if (one.is_visible && views.was_visible(one, cut)) {
      show(one, cut, changes);
    } else if (one.was_visible) {
      changes.add(views.gone(one));
    }
  }
  return {.changes = changes.take(),
          .up_to = cut,
          .is_whole = cut == views.position(),
          .counts = views.counts()};
}

}  // namespace bitacora::http
