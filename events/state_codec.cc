#include "events/codec.h"
#include "events/event_members.h"

namespace bitacora::events {

namespace {

// The maps of the directory are stored as lists of their values.
template <class Id, class Value>
std::vector<Value> values_of(const std::map<Id, Value>& values) {
  std::vector<Value> list;
  list.reserve(values.size());
  for (const auto& [id, value] : values) list.push_back(value);
  return list;
}

template <class Id, class Value>
std::map<Id, Value> map_of(std::vector<Value>&& list) {
  std::map<Id, Value> values;
  for (Value& value : list) values.emplace_hint(values.end(), value.id, std::move(value));
  return values;
}

}  // namespace

struct QueueEntry {
  Instant since;
  ConversationId conversation_id;
};

struct QueueRow {
  std::vector<QueueEntry> waiting;
  Position followed;
  Version version;
};

struct DirectoryRow {
  std::vector<Department> departments;
  std::vector<Operator> operators;
  std::vector<QuickReply> quick_replies;
  Position names_changed;
  Version version;
  Position position;
};

void describe(auto& members, Of<ConversationFacts> auto& facts) {
  members("status", facts.status);
  members("department_id", facts.department_id);
  members("owner", facts.owner);
}

void describe(auto& members, Of<ConversationState> auto& state) {
  members("facts", state.facts);
  members("contact_id", state.contact_id);
  members("contact_name", state.contact_name);
  members("channel", state.channel);
  members("preview", state.preview);
  members("last_recording", state.last_recording);
  members("unread", state.unread);
  members("opened_at", state.opened_at);
  members("waiting_since", state.waiting_since);
  members("last_message_at", state.last_message_at);
  members("last_received", state.last_received);
  members("last_sent", state.last_sent);
  members("read_up_to", state.read_up_to);
  members("delivered_up_to", state.delivered_up_to);
  members("contact_read_up_to", state.contact_read_up_to);
  members("version", state.version);
  members("position", state.position);
}

void describe(auto& members, Of<ContactState> auto& state) {
  members("registered", state.registered);
  members("name", state.name);
  members("channel", state.channel);
  members("department_id", state.department_id);
  members("conversation_id", state.conversation_id);
  members("version", state.version);
}

void describe(auto& members, Of<QueueEntry> auto& entry) {
  members("since", entry.since);
  members("conversation_id", entry.conversation_id);
}

void describe(auto& members, Of<QueueRow> auto& row) {
  members("waiting", row.waiting);
  members("followed", row.followed);
  members("version", row.version);
}

void describe(auto& members, Of<Department> auto& department) {
  members("id", department.id);
  members("slug", department.slug);
  members("name", department.name);
  members("allowed_origins", department.allowed_origins);
}

void describe(auto& members, Of<Operator> auto& account) {
  members("id", account.id);
  members("username", account.username);
  members("name", account.name);
  members("role", account.role);
  members("departments", account.departments);
  members("active", account.active);
  members("access_changed", account.access_changed);
}

void describe(auto& members, Of<QuickReply> auto& quick_reply) {
  members("id", quick_reply.id);
  members("title", quick_reply.title);
  members("text", quick_reply.text);
  members("department_id", quick_reply.department_id);
  members("attachment", quick_reply.attachment);
}

void describe(auto& members, Of<DirectoryRow> auto& row) {
  members("departments", row.departments);
  members("operators", row.operators);
  members("quick_replies", row.quick_replies);
  members("names_changed", row.names_changed);
  members("version", row.version);
  members("position", row.position);
}

// A state with the schema number before it.
template <class State>
struct Stored {
  std::uint16_t schema = state_schema;
  State state;
};

template <class State>
void describe_stored(auto& members, auto& stored) {
  members("schema", stored.schema);
  describe(members, stored.state);
}
void describe(auto& members, Of<Stored<ConversationState>> auto& stored) {
  describe_stored<ConversationState>(members, stored);
}
void describe(auto& members, Of<Stored<ContactState>> auto& stored) {
  describe_stored<ContactState>(members, stored);
}
void describe(auto& members, Of<Stored<QueueRow>> auto& stored) {
  describe_stored<QueueRow>(members, stored);
}
void describe(auto& members, Of<Stored<DirectoryRow>> auto& stored) {
  describe_stored<DirectoryRow>(members, stored);
}

namespace {

template <class State>
Result<State> read_stored(std::string_view json, std::string_view what) {
  Stored<State> stored;
  const auto read = read_json(json, stored, what);
  if (!read) return read.error();
  if (stored.schema != state_schema) {
    return error(ErrorCode::Corrupt, std::string(what) + " is of another schema");
  }
  return std::move(stored.state);
}

}  // namespace

std::string encode_state(const ConversationState& state) {
  return write_json(Stored<ConversationState>{state_schema, state});
}

std::string encode_state(const ContactState& state) {
  return write_json(Stored<ContactState>{state_schema, state});
}

std::string encode_state(const DepartmentQueueState& state) {
  Stored<QueueRow> stored{state_schema, {{}, state.followed, state.version}};
  for (const auto& [since, id] : state.order) stored.state.waiting.push_back({since, id});
  return write_json(stored);
}

std::string encode_state(const DirectoryState& state) {
  return write_json(Stored<DirectoryRow>{
      state_schema,
      {values_of(state.departments), values_of(state.operators), values_of(state.quick_replies),
       state.names_changed, state.version, state.position}});
}

template <>
Result<ConversationState> decode_state<ConversationState>(std::string_view json) {
  return read_stored<ConversationState>(json, "a conversation's state");
}

template <>
Result<ContactState> decode_state<ContactState>(std::string_view json) {
  return read_stored<ContactState>(json, "a contact's state");
}

template <>
Result<DepartmentQueueState> decode_state<DepartmentQueueState>(std::string_view json) {
  auto row = read_stored<QueueRow>(json, "a queue's state");
  if (!row) return row.error();
  DepartmentQueueState state;
  state.followed = row->followed;
  state.version = row->version;
  for (const QueueEntry& entry : row->waiting) {
    state.order.emplace_hint(state.order.end(), entry.since, entry.conversation_id);
    state.since.emplace(entry.conversation_id, entry.since);
  }
  return state;
}

template <>
Result<DirectoryState> decode_state<DirectoryState>(std::string_view json) {
  auto row = read_stored<DirectoryRow>(json, "the directory's state");
  if (!row) return row.error();
  DirectoryState state;
  state.departments = map_of<DepartmentId>(std::move(row->departments));
  state.operators = map_of<OperatorId>(std::move(row->operators));
  state.quick_replies = map_of<QuickReplyId>(std::move(row->quick_replies));
  state.names_changed = row->names_changed;
  state.version = row->version;
  state.position = row->position;
  return state;
}

}  // namespace bitacora::events
