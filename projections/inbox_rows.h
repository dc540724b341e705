// The rows of the inbox: their keys and values, and what a conversation's rows follow from.
// docs/STORAGE.md has the table.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "events/conversation.h"
#include "projections/keys.h"

namespace bitacora::projections::inbox_rows {

// The first byte of each kind of row, beside those of the lists.
inline constexpr char conversation_prefix = 'c';
inline constexpr char first_waiting_prefix = 'f';
inline constexpr char history_prefix = 'h';
inline constexpr char located_prefix = 'l';
inline constexpr char count_prefix = 'n';
inline constexpr char touched_prefix = 't';

// The lists that rows are kept in. A department's have the department after the first byte, an
// owner's the owner and then the department.
enum class List : char {
  Waiting = 'w',
  Attending = 'a',
  Closed = 'x',
  OwnAttending = 'A',
  OwnClosed = 'X',
};

// One list: what its keys begin with. After it comes the row's place: its order and its id.
Key shelf(List list, const events::DepartmentId& department_id);
Key own_shelves(List list, const events::OperatorId& owner);  // over all departments
Key own_shelf(List list, const events::OperatorId& owner,
              const events::DepartmentId& department_id);

// An order (oldest_first() or newest_first()) and the conversation's id, which makes it unique.
// Compares as its bytes in keys do.
using Place = std::array<std::uint8_t, u64_bytes + uuid_bytes>;
inline std::string_view view(const Place& place) {
  return {reinterpret_cast<const char*>(place.data()), place.size()};
}

Key conversation_key(const events::ConversationId& id);
Key history_key(const events::ConversationId& id, events::Position position);
Key touched_key(events::Position position);
// Of an attachment: the conversation that it belongs to.
Key located_key(const events::AttachmentId& id);
// Of a shelf: how many rows it has, and for waiting ones the place of its first.
Key count_key(std::string_view shelf);
Key first_waiting_key(const events::DepartmentId& department_id);

// What rows other than the state's own follow from.
struct Standing {
  events::ConversationFacts facts;  // status None: no rows at all
  events::Instant waiting_since;
  events::Instant last_message_at;
  events::Position position;

  static Standing of(const events::ConversationState& state) {
    return {state.facts, state.waiting_since.value_or(events::Instant{}), state.last_message_at,
            state.position};
  }
};

// A row of a list: shelf ‖ place.
struct ListRow {
  Key key;
  std::size_t shelf_bytes = 0;
  [[nodiscard]] std::string_view shelf() const { return key.view().substr(0, shelf_bytes); }
  [[nodiscard]] std::string_view place() const { return key.view().substr(shelf_bytes); }
};

// The department's row and the owner's, each where there is one.
struct ListRows {
  std::optional<ListRow> department{};
  std::optional<ListRow> owner{};
};
ListRows list_rows(const events::ConversationId& id, const Standing& standing);

// Status, department and owner (nil: none), 33 bytes.
Key encode_facts(const events::ConversationFacts& facts);
// nullopt when it is not of that form.
std::optional<events::ConversationFacts> decode_facts(std::string_view row);

}  // namespace bitacora::projections::inbox_rows
