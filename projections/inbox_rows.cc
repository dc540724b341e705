#include "projections/inbox_rows.h"

namespace bitacora::projections::inbox_rows {

using events::ConversationStatus;

Key shelf(List list, const events::DepartmentId& department_id) {
  return Key(static_cast<char>(list)).uuid(department_id.bytes());
}

Key own_shelves(List list, const events::OperatorId& owner) {
  return Key(static_cast<char>(list)).uuid(owner.bytes());
}

Key own_shelf(List list, const events::OperatorId& owner,
              const events::DepartmentId& department_id) {
  return own_shelves(list, owner).uuid(department_id.bytes());
}

Key conversation_key(const events::ConversationId& id) {
  return Key(conversation_prefix).uuid(id.bytes());
}

Key history_key(const events::ConversationId& id, events::Position position) {
  return Key(history_prefix).uuid(id.bytes()).u64(position.value());
}

Key located_key(const events::AttachmentId& id) { return Key(located_prefix).uuid(id.bytes()); }

Key touched_key(events::Position position) { return Key(touched_prefix).u64(position.value()); }

Key count_key(std::string_view shelf) { return Key(count_prefix).text(shelf); }

Key first_waiting_key(const events::DepartmentId& department_id) {
  return Key(first_waiting_prefix).uuid(department_id.bytes());
}

namespace {

ListRow row_on(Key shelf, std::uint64_t order, const events::ConversationId& id) {
  const std::size_t shelf_bytes = shelf.size();
  return {shelf.u64(order).uuid(id.bytes()), shelf_bytes};
}

}  // namespace

ListRows list_rows(const events::ConversationId& id, const Standing& standing) {
  const events::ConversationFacts& facts = standing.facts;
  if (facts.status == ConversationStatus::None) return {};
  if (facts.status == ConversationStatus::Waiting) {
    const auto order = oldest_first(standing.waiting_since);
    return {row_on(shelf(List::Waiting, facts.department_id), order, id), std::nullopt};
  }
  const bool closed = facts.status == ConversationStatus::Closed;
  const auto order = newest_first(standing.last_message_at);
  ListRows rows;
  rows.department =
      row_on(shelf(closed ? List::Closed : List::Attending, facts.department_id), order, id);
  if (facts.owner) {
    rows.owner = row_on(
        own_shelf(closed ? List::OwnClosed : List::OwnAttending, *facts.owner, facts.department_id),
        order, id);
  }
  return rows;
}

Key encode_facts(const events::ConversationFacts& facts) {
  return Key()
      .byte(static_cast<std::uint8_t>(facts.status))
      .uuid(facts.department_id.bytes())
      .uuid(facts.owner.value_or(events::OperatorId{}).bytes());
}

std::optional<events::ConversationFacts> decode_facts(std::string_view row) {
  if (row.size() != 1 + 2 * uuid_bytes) return std::nullopt;
  const auto status = static_cast<std::uint8_t>(row[0]);
  if (status > static_cast<std::uint8_t>(ConversationStatus::Closed)) return std::nullopt;
  events::ConversationFacts facts;
  facts.status = static_cast<ConversationStatus>(status);
  facts.department_id = events::DepartmentId(read_uuid(row, 1));
  const events::OperatorId owner(read_uuid(row, 1 + uuid_bytes));
  if (!owner.is_nil()) facts.owner = owner;
  return facts;
}

}  // namespace bitacora::projections::inbox_rows
