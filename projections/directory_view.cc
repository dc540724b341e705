#include "projections/directory_view.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "events/codec.h"
#include "projections/keys.h"

namespace bitacora::projections {

namespace {

using events::DirectoryState;

// Rows hold encoded states: when their shape changes, the view must be built anew.
static_assert(events::state_schema == 3, "raise the version of the view with the states' schema");

// Each row is a directory that has just the one entry, in the form of the codec, and tells when the
// entry's name was changed last; this one has none, but the version and position of the whole.
constexpr std::string_view whole_key = "v";

Key row_key(const events::DepartmentId& id) { return Key('d').uuid(id.bytes()); }
Key row_key(const events::OperatorId& id) { return Key('o').uuid(id.bytes()); }
Key row_key(const events::QuickReplyId& id) { return Key('q').uuid(id.bytes()); }

// The row of the one entry that an event is about.
Key subject_key(const events::DirectoryEvent& event) {
  return std::visit(
      [](const auto& happened) {
        if constexpr (requires { happened.quick_reply_id; }) {
          return row_key(happened.quick_reply_id);
        } else if constexpr (requires { happened.operator_id; }) {
          return row_key(happened.operator_id);
        } else {
          return row_key(happened.department_id);
        }
      },
      event);
}

template <class Rows>
DirectoryState decode_row(const Rows& rows, std::string_view value) {
  auto state = events::decode_state<DirectoryState>(value);
  if (!state) rows.report_damage("the directory: " + state.error().detail);
  return std::move(*state);
}

bool has_entry(const DirectoryState& state) {
  return !state.departments.empty() || !state.operators.empty() || !state.quick_replies.empty();
}

}  // namespace

void DirectoryProjection::apply(const events::RecordedEvent& event, ViewWriter& rows) {
  const auto* happened = std::get_if<events::DirectoryEvent>(&event.event);
  if (happened == nullptr) return;
  const Key key = subject_key(*happened);
  const auto row = rows.get(key.view());
  DirectoryState entry = row ? decode_row(rows, *row) : DirectoryState{};
  entry = events::evolve(std::move(entry), *happened, event.place());
  if (has_entry(entry)) {
    rows.put(key.view(), events::encode_state(entry));
  } else {
    rows.erase(key.view());
  }
  DirectoryState whole;
  whole.version = event.header.version;
  whole.position = event.header.position;
  rows.put(whole_key, events::encode_state(whole));
}

DirectoryState load_directory(const ViewReader& rows) {
  DirectoryState directory;
  rows.scan("\x01", "\xff", false, [&](std::string_view key, std::string_view value) {
    DirectoryState row = decode_row(rows, value);
    directory.departments.merge(row.departments);
    directory.operators.merge(row.operators);
    directory.quick_replies.merge(row.quick_replies);
    directory.names_changed = std::max(directory.names_changed, row.names_changed);
    if (key == whole_key) {
      directory.version = row.version;
      directory.position = row.position;
    }
    return true;
  });
  return directory;
}

}  // namespace bitacora::projections
