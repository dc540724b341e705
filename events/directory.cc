#include "events/directory.h"

#include <algorithm>
#include <array>

#include "events/error.h"

namespace bitacora::events {

namespace {

constexpr std::array roles{Role::Operator, Role::Supervisor, Role::Auditor, Role::Admin};

// An event about somebody or something that was never added is a defect of whoever decided it.
template <class Id, class Value>
Value& existing(std::map<Id, Value>& values, const Id& id) {
  const auto found = values.find(id);
  BITACORA_INVARIANT(found != values.end(), "a directory event about what was never added");
  return found->second;
}

struct EvolveDirectory {
  DirectoryState& state;
  const EventPlace& place;

  void operator()(const DepartmentAdded& event) const {
    state.departments.insert_or_assign(event.department_id,
                                       Department{event.department_id, event.slug, event.name, {}});
  }
  void operator()(const DepartmentRenamed& event) const {
    rename(existing(state.departments, event.department_id), event.name);
  }
  void operator()(const DepartmentOriginsChanged& event) const {
    existing(state.departments, event.department_id).allowed_origins = event.allowed_origins;
  }
  void operator()(const OperatorAdded& event) const {
    state.operators.insert_or_assign(
        event.operator_id, Operator{event.operator_id, event.username, event.name, event.role,
                                    event.departments, true, place.position});
  }
  void operator()(const OperatorChanged& event) const {
    Operator& account = existing(state.operators, event.operator_id);
    if (account.role != event.role || account.departments != event.departments) {
      account.access_changed = place.position;
    }
    rename(account, event.name);
    account.role = event.role;
    account.departments = event.departments;
  }
  void operator()(const OperatorDeactivated& event) const {
    Operator& account = existing(state.operators, event.operator_id);
    account.active = false;
    account.access_changed = place.position;
  }
  void operator()(const OperatorPasswordChanged&) const {}
  void operator()(const QuickReplyAdded& event) const {
    state.quick_replies.insert_or_assign(event.quick_reply_id,
                                         QuickReply{event.quick_reply_id, event.title, event.text,
                                                    event.department_id, event.attachment});
  }
  void operator()(const QuickReplyChanged& event) const {
    existing(state.quick_replies, event.quick_reply_id) = QuickReply{
        event.quick_reply_id, event.title, event.text, event.department_id, event.attachment};
  }
  void operator()(const QuickReplyRemoved& event) const {
    state.quick_replies.erase(event.quick_reply_id);
  }

 private:
  void rename(auto& named, const std::string& name) const {
    if (named.name != name) state.names_changed = place.position;
    named.name = name;
  }
};

template <class Id, class Value>
const Value* find_in(const std::map<Id, Value>& values, const Id& id) {
  const auto found = values.find(id);
  return found == values.end() ? nullptr : &found->second;
}

}  // namespace

std::string_view role_name(Role role) {
  switch (role) {
    case Role::Operator:
      return "operator";
    case Role::Supervisor:
      return "supervisor";
    case Role::Auditor:
      return "auditor";
    case Role::Admin:
      return "admin";
  }
  invariant_broken("a role without a name", __FILE__, __LINE__);
}

std::optional<Role> parse_role(std::string_view name) {
  const auto found = std::ranges::find(roles, name, role_name);
  return found == roles.end() ? std::nullopt : std::optional(*found);
}

const Department* DirectoryState::department(const DepartmentId& id) const {
  return find_in(departments, id);
}

const Department* DirectoryState::department_by_slug(std::string_view slug) const {
  const auto found = std::ranges::find_if(
      departments, [&](const auto& entry) { return entry.second.slug == slug; });
  return found == departments.end() ? nullptr : &found->second;
}

const Operator* DirectoryState::operator_of(const OperatorId& id) const {
  return find_in(operators, id);
}

const Operator* DirectoryState::operator_by_username(std::string_view username) const {
  const auto found = std::ranges::find_if(
      operators, [&](const auto& entry) { return entry.second.username == username; });
  return found == operators.end() ? nullptr : &found->second;
}

DirectoryState evolve(DirectoryState state, const DirectoryEvent& event, const EventPlace& place) {
  std::visit(EvolveDirectory{state, place}, event);
  state.version = place.version;
  state.position = place.position;
  return state;
}

}  // namespace bitacora::events
