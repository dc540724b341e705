#include "projections/inbox.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "events/codec.h"
#include "events/limits.h"
#include "projections/inbox_rows.h"

namespace bitacora::projections {

using namespace inbox_rows;
using events::ConversationId;
using events::ConversationState;
using events::ConversationStatus;

// Rows hold encoded states: when their shape changes, the inbox must be built anew.
static_assert(events::state_schema == 3, "raise the version of the inbox with the states' schema");

namespace {

struct Cached {
  ConversationState state;  // status None: there is none yet
  // As the rows have it; of use while dirty.
  Standing stored;
  bool dirty = false;
};

using Conversations = std::unordered_map<ConversationId, Cached>;

ConversationState load(const ConversationId& id, const ViewWriter& rows) {
  const auto row = rows.get(conversation_key(id).view());
  if (!row) return {};
  auto state = events::decode_state<ConversationState>(*row);
  if (!state) rows.report_damage("conversation " + id.to_string() + ": " + state.error().detail);
  return std::move(*state);
}

// What a batch does to the counts of shelves, and to the first places of the waiting ones.
class ShelfChanges {
 public:
  explicit ShelfChanges(ViewWriter& rows) : rows_(rows) {}

  void leave(const ListRow& row, const Standing& from) {
    rows_.erase_single(row.key.view());
    if (from.facts.status != ConversationStatus::Waiting) return;
    First& first = first_of(from.facts.department_id);
    if (first.stored == row.place()) first.stored_left = true;
  }

  void enter(const ListRow& row, const Standing& to) {
    rows_.put(row.key.view(), {});
    if (to.facts.status != ConversationStatus::Waiting) return;
    First& first = first_of(to.facts.department_id);
    if (first.entered.empty() || row.place() < first.entered) first.entered = row.place();
  }

  void count(std::string_view shelf, std::int64_t by) { counts_[std::string(shelf)] += by; }

  void write() {
    for (const auto& [shelf, by] : counts_) {
      if (by != 0) write_count(count_key(shelf), by);
    }
    for (const auto& [department_id, first] : firsts_) write_first(department_id, first);
  }

 private:
  // The first place of a department's waiting list.
  struct First {
    std::string stored;  // empty: nobody waited
    bool stored_left = false;
    std::string entered;  // the least of those that came; empty: none
  };

  First& first_of(const events::DepartmentId& department_id) {
    const auto [at, made] = firsts_.try_emplace(department_id);
    if (made) at->second.stored = rows_.get(first_waiting_key(department_id).view()).value_or("");
    return at->second;
  }

  void write_count(const Key& key, std::int64_t by) {
    const auto row = rows_.get(key.view());
    if (row && row->size() != u64_bytes) rows_.report_damage("a count is no number");
    const std::uint64_t before = row ? read_u64(*row) : 0;
    if (by < 0 && before < static_cast<std::uint64_t>(-by)) {
      rows_.report_damage("a list has fewer rows than leave it");
    }
    const std::uint64_t after = before + static_cast<std::uint64_t>(by);
    if (after == 0) {
      rows_.erase(key.view());
    } else {
      rows_.put(key.view(), Key().u64(after).view());
    }
  }

  void write_first(const events::DepartmentId& department_id, const First& first) {
    const Key shelf_key = shelf(List::Waiting, department_id);
    std::string now = first.stored;
    if (first.stored_left) {
      const auto next = rows_.first_stored(std::string(shelf_key.view()) + first.stored,
                                           past_prefix(shelf_key.view()));
      now = next ? next->substr(shelf_key.size()) : "";
    }
    if (now.empty() || (!first.entered.empty() && first.entered < now)) now = first.entered;
    if (now == first.stored) return;
    const Key key = first_waiting_key(department_id);
    if (now.empty()) {
      rows_.erase(key.view());
    } else {
      rows_.put(key.view(), now);
    }
  }

  ViewWriter& rows_;
  std::unordered_map<std::string, std::int64_t> counts_;
  std::map<events::DepartmentId, First> firsts_;
};

void move_row(const std::optional<ListRow>& from, const Standing& before,
              const std::optional<ListRow>& to, const Standing& after, ShelfChanges& shelves) {
  if (from && to && from->key == to->key) return;
  if (from) shelves.leave(*from, before);
  if (to) shelves.enter(*to, after);
  if (from && to && from->shelf() == to->shelf()) return;
  if (from) shelves.count(from->shelf(), -1);
  if (to) shelves.count(to->shelf(), 1);
}

void write_rows(const ConversationId& id, const Cached& entry, ViewWriter& rows,
                ShelfChanges& shelves) {
  const Standing& before = entry.stored;
  const Standing after = Standing::of(entry.state);
  rows.put(conversation_key(id).view(), events::encode_state(entry.state));
  if (before.facts.status != ConversationStatus::None) {
    rows.erase_single(touched_key(before.position).view());
  }
  rows.put(touched_key(after.position).view(), Key().uuid(id.bytes()).view());
  const ListRows left = list_rows(id, before);
  const ListRows entered = list_rows(id, after);
  move_row(left.department, before, entered.department, after, shelves);
  move_row(left.owner, before, entered.owner, after, shelves);
}

}  // namespace

// Conversations decoded: those touched lately, and those touched before that, which are dropped
// all at once when the younger ones have become many.
struct InboxProjection::Cache {
  Conversations young;
  Conversations old;
  std::vector<Conversations::pointer> changed;  // of the batch under way, or flushed last
  bool flushed = true;

  // `fresh`: its first event has not been applied, so there are no rows to look for.
  Conversations::pointer find(const ConversationId& id, bool fresh, const ViewWriter& rows) {
    if (const auto found = young.find(id); found != young.end()) return &*found;
    if (auto kept = old.extract(id)) return &*young.insert(std::move(kept)).position;
    return &*young.try_emplace(id, Cached{fresh ? ConversationState{} : load(id, rows), {}, false})
                 .first;
  }

  // The rows that it has are those to be replaced by this batch.
  void begin_change(Conversations::pointer found) {
    Cached& entry = found->second;
    if (entry.dirty) return;
    entry.dirty = true;
    entry.stored = Standing::of(entry.state);
    changed.push_back(found);
  }

  void begin_batch() {
    changed.clear();
    flushed = false;
    if (young.size() < events::limits::inbox_cached_conversations_max / 2) return;
    old = std::move(young);
    young = {};
  }
};

InboxProjection::InboxProjection() : cache_(std::make_unique<Cache>()) {}
InboxProjection::~InboxProjection() = default;

void InboxProjection::apply(const events::RecordedEvent& event, ViewWriter& rows) {
  if (cache_->flushed) cache_->begin_batch();
  if (const auto* happened = std::get_if<events::ConversationEvent>(&event.event)) {
    apply(event, *happened, rows);
  } else if (const auto* found = std::get_if<events::AttachmentEvent>(&event.event)) {
    apply(event, *found, rows);
  }
}

void InboxProjection::apply(const events::RecordedEvent& event,
                            const events::ConversationEvent& happened, ViewWriter& rows) {
  const ConversationId id(event.header.stream.id);
  auto* const found = cache_->find(id, event.header.version == events::Version(1), rows);
  Cached& entry = found->second;
  if (event.header.version != entry.state.version.next()) {
    rows.report_damage("conversation " + id.to_string() + " does not lead to the log's event " +
                       std::to_string(event.header.position.value()));
  }
  cache_->begin_change(found);
  const events::ConversationFacts before = entry.state.facts;
  entry.state = events::evolve(std::move(entry.state), happened, event.place());
  if (entry.state.facts != before) {
    rows.put(history_key(id, event.header.position).view(), encode_facts(entry.state.facts).view());
  }
}

void InboxProjection::apply(const events::RecordedEvent& event,
                            const events::AttachmentEvent& happened, ViewWriter& rows) {
  const events::AttachmentId id(event.header.stream.id);
  const Key key = located_key(id);
  if (const auto* attached = std::get_if<events::AttachmentAttached>(&happened)) {
    if (!attached->conversation_id) return;
    rows.put(key.view(), Key().uuid(attached->conversation_id->bytes()).view());
    return;
  }
  const auto located = rows.get(key.view());
  if (!located) return;  // of a quick reply
  if (located->size() != uuid_bytes) rows.report_damage("an attachment is in no conversation");
  auto* const found = cache_->find(ConversationId(read_uuid(*located)), false, rows);
  cache_->begin_change(found);
  events::ConversationState& state = found->second.state;
  state = events::with_examination(
      std::move(state), id, std::get<events::AttachmentExamined>(happened), event.header.position);
}

void InboxProjection::flush(ViewWriter& rows) {
  if (cache_->flushed) cache_->begin_batch();
  cache_->flushed = true;
  ShelfChanges shelves(rows);
  for (auto* const found : cache_->changed) {
    write_rows(found->first, found->second, rows, shelves);
    found->second.dirty = false;
  }
  shelves.write();
}

std::vector<InboxChange> InboxProjection::changes() const {
  std::vector<InboxChange> changes;
  changes.reserve(cache_->changed.size());
  for (const auto* found : cache_->changed) {
    changes.push_back({found->first, found->second.stored.facts, &found->second.state});
  }
  std::ranges::sort(changes, {}, [](const InboxChange& change) { return change.after->position; });
  return changes;
}

}  // namespace bitacora::projections
