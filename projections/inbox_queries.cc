#include <algorithm>
#include <limits>
#include <utility>

#include "events/codec.h"
#include "projections/inbox.h"
#include "projections/inbox_cursor.h"
#include "projections/inbox_rows.h"

namespace bitacora::projections {

using namespace inbox_rows;
using events::ConversationId;
using events::ConversationState;
using events::DepartmentId;
using events::Role;
using events::Viewer;

namespace {

std::uint64_t count_of(const ViewReader& rows, std::string_view shelf_key) {
  const auto row = rows.get(count_key(shelf_key).view());
  if (!row) return 0;
  if (row->size() != u64_bytes) rows.report_damage("a count is no number");
  return read_u64(*row);
}

// The departments in which somebody owns conversations: their counts name them.
std::vector<DepartmentId> departments_owned_in(const ViewReader& rows, List list,
                                               const events::OperatorId& owner) {
  const Key counts = count_key(own_shelves(list, owner).view());
  std::vector<DepartmentId> departments;
  rows.scan(counts.view(), past_prefix(counts.view()), false,
            [&](std::string_view key, std::string_view) {
              departments.emplace_back(read_uuid(key, counts.size()));
              return true;
            });
  return departments;
}

// Whose departments' lists somebody sees whole.
std::vector<DepartmentId> departments_seen(const Viewer& viewer, Tab tab,
                                           const events::DirectoryState& directory) {
  if (viewer.role == Role::Auditor) {
    std::vector<DepartmentId> all;
    for (const auto& [id, department] : directory.departments) all.push_back(id);
    return all;
  }
  const bool sees =
      viewer.role == Role::Supervisor || (viewer.role == Role::Operator && tab == Tab::Waiting);
  if (!sees) return {};
  return {viewer.departments.begin(), viewer.departments.end()};
}

// The shelves that together are what the viewer may see under a tab, each row in just one.
// It says in terms of whole shelves what may_see() says of one conversation.
std::vector<Key> shelves_of(const ViewReader& rows, const Viewer& viewer,
                            const events::DirectoryState& directory, const InboxQuery& query) {
  if (viewer.role == Role::Admin) return {};
  const bool waiting = query.tab == Tab::Waiting;
  const bool closed = query.tab == Tab::Closed;
  const List list = waiting ? List::Waiting : closed ? List::Closed : List::Attending;
  const List own_list = closed ? List::OwnClosed : List::OwnAttending;
  const auto wanted = [&](const DepartmentId& id) {
    return !query.department_id || *query.department_id == id;
  };
  std::vector<DepartmentId> whole;
  if (waiting || !query.owner_me) whole = departments_seen(viewer, query.tab, directory);
  std::vector<Key> shelves;
  for (const DepartmentId& id : whole) {
    if (wanted(id)) shelves.push_back(shelf(list, id));
  }
  if (waiting) return shelves;
  // Their own, in departments whose lists they do not see whole: one keeps what one owns.
  for (const DepartmentId& id : departments_owned_in(rows, own_list, viewer.id)) {
    if (wanted(id) && std::ranges::find(whole, id) == whole.end()) {
      shelves.push_back(own_shelf(own_list, viewer.id, id));
    }
  }
  return shelves;
}

// The least places of several shelves, at most `count_max`.
class Selection {
 public:
  explicit Selection(std::size_t count_max) : count_max_(count_max) {
    places_.reserve(count_max + 1);
  }

  // False: neither this place nor any greater one belongs to it.
  bool take(std::string_view bytes) {
    if (places_.size() == count_max_ && bytes >= view(places_.front())) return false;
    Place& place = places_.emplace_back();
    std::memcpy(place.data(), bytes.data(), place.size());
    std::ranges::push_heap(places_);
    if (places_.size() > count_max_) {
      std::ranges::pop_heap(places_);
      places_.pop_back();
    }
    return true;
  }

  std::vector<Place> sorted() && {
    std::ranges::sort_heap(places_);
    return std::move(places_);
  }

 private:
  std::size_t count_max_;
  std::vector<Place> places_;  // a heap, its greatest first
};

// Where a shelf's page begins: after the cursor, and not before the first that waits, so that no
// erased rows are walked over.
std::string page_start(const ViewReader& rows, const Key& shelf_key, Tab tab,
                       const std::optional<Place>& after) {
  std::string start(shelf_key.view());
  if (after) start.append(view(*after)).push_back('\0');
  if (tab == Tab::Waiting) {
    const DepartmentId department_id(read_uuid(start, 1));
    const auto first = rows.get(first_waiting_key(department_id).view());
    if (first) start = std::max(start, std::string(shelf_key.view()) + *first);
  }
  return start;
}

std::vector<Place> select_places(const ViewReader& rows, const std::vector<Key>& shelves, Tab tab,
                                 const std::optional<Place>& after, std::size_t count_max) {
  Selection selection(count_max);
  for (const Key& shelf_key : shelves) {
    // The first page knows how many rows there are, and does not look for more.
    auto left = std::min<std::uint64_t>(count_of(rows, shelf_key.view()), count_max);
    if (left == 0) continue;
    rows.scan(page_start(rows, shelf_key, tab, after), past_prefix(shelf_key.view()), false,
              [&](std::string_view key, std::string_view) {
                return selection.take(key.substr(shelf_key.size())) && --left > 0;
              });
  }
  return std::move(selection).sorted();
}

ConversationState decode_conversation(const ViewReader& rows, const ConversationId& id,
                                      std::string_view row) {
  auto state = events::decode_state<ConversationState>(row);
  if (!state) rows.report_damage("conversation " + id.to_string() + ": " + state.error().detail);
  return std::move(*state);
}

// The conversations at these places, in their order.
std::vector<ConversationRow> read_listed(const ViewReader& rows, const std::vector<Place>& places) {
  std::vector<Key> keys;
  keys.reserve(places.size());
  std::vector<std::string_view> views;
  for (const Place& place : places) {
    keys.push_back(conversation_key(ConversationId(read_uuid(view(place), u64_bytes))));
    views.push_back(keys.back().view());
  }
  const auto found = rows.get_many(views);
  std::vector<ConversationRow> listed;
  listed.reserve(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const ConversationId id(read_uuid(views[i], 1));
    if (!found[i]) rows.report_damage("listed without a row: conversation " + id.to_string());
    listed.push_back({id, decode_conversation(rows, id, *found[i])});
  }
  return listed;
}

}  // namespace

events::Result<InboxPage> list_conversations(const ViewReader& rows, const Viewer& viewer,
                                             const events::DirectoryState& directory,
                                             const InboxQuery& query) {
  std::optional<Place> after;
  if (!query.cursor.empty()) {
    const auto place = decode_cursor(query);
    if (!place) return place.error();
    after = *place;
  }
  const auto shelves = shelves_of(rows, viewer, directory, query);
  // One more than the page tells whether there is a next one.
  auto places = select_places(rows, shelves, query.tab, after, query.limit + 1);
  InboxPage page;
  page.position = rows.checkpoint();
  if (places.size() > query.limit) {
    places.resize(query.limit);
    if (!places.empty()) page.next_cursor = encode_cursor(query, places.back());
  }
  std::vector<ConversationRow> listed = read_listed(rows, places);
  // The shelves hold nothing else; this is the one place that decides it.
  std::erase_if(listed, [&](const ConversationRow& row) {
    return !events::may_see(viewer, row.state.facts);
  });
  page.items = std::move(listed);
  return page;
}

std::optional<ConversationState> find_conversation(const ViewReader& rows,
                                                   const ConversationId& id) {
  const auto row = rows.get(conversation_key(id).view());
  if (!row) return std::nullopt;
  return decode_conversation(rows, id, *row);
}

events::ConversationFacts facts_at(const ViewReader& rows, const ConversationId& id,
                                   events::Position position) {
  const Key first = history_key(id, events::Position(0));
  const Key past_last = history_key(id, position).byte(0);
  std::optional<events::ConversationFacts> facts = events::ConversationFacts{};
  rows.scan(first.view(), past_last.view(), true, [&](std::string_view, std::string_view row) {
    facts = decode_facts(row);
    return false;
  });
  if (!facts) rows.report_damage("the history of conversation " + id.to_string());
  return *facts;
}

std::vector<ConversationId> touched_after(const ViewReader& rows, events::Position after,
                                          std::size_t count_max) {
  std::vector<ConversationId> ids;
  if (count_max == 0) return ids;
  const std::string end = past_prefix({&touched_prefix, 1});
  rows.scan(touched_key(after).byte(0).view(), end, false,
            [&](std::string_view, std::string_view id) {
              ids.emplace_back(read_uuid(id));
              return ids.size() < count_max;
            });
  return ids;
}

InboxCounts count_conversations(const ViewReader& rows, const Viewer& viewer,
                                const events::DirectoryState& directory) {
  const auto count = [&](Tab tab) {
    InboxQuery everything;
    everything.tab = tab;
    std::uint64_t sum = 0;
    for (const Key& shelf_key : shelves_of(rows, viewer, directory, everything)) {
      sum += count_of(rows, shelf_key.view());
    }
    return sum;
  };
  return {count(Tab::Waiting), count(Tab::Attending)};
}

}  // namespace bitacora::projections
