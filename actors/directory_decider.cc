#include "actors/directory_decider.h"

#include <string>
#include <utility>

#include "actors/text_rules.h"
#include "events/limits.h"
#include "events/visibility.h"

namespace bitacora::actors {

using events::ErrorCode;
using events::Result;

namespace {

using Decision = Result<DirectoryDecision>;

Decision happen(events::DirectoryEvent event) {
  DirectoryDecision decision;
  decision.subject = subject_of(event);
  decision.events.push_back(std::move(event));
  return decision;
}

Decision already_so(const events::UuidBytes& subject) { return DirectoryDecision{{}, {}, subject}; }

events::Error not_found(const char* detail) { return events::error(ErrorCode::NotFound, detail); }

struct Decide {
  const events::DirectoryState& state;
  const events::UuidBytes& fresh;

  Decision operator()(const AddDepartment& command) const {
    if (const auto good = check_slug(command.slug, "slug"); !good) return good.error();
    if (const auto good = check_name(command.name, "name"); !good) return good.error();
    if (state.department_by_slug(command.slug)) {
      return events::error(ErrorCode::AlreadyExists, "There is a department with this slug.");
    }
    return happen(events::DepartmentAdded{events::DepartmentId(fresh), command.slug, command.name});
  }

  Decision operator()(const ChangeDepartment& command) const {
    if (const auto good = check_name(command.name, "name"); !good) return good.error();
    if (const auto good = check_origins(command.allowed_origins); !good) return good.error();
    const events::Department* department = state.department(command.department_id);
    if (!department) return not_found("There is no such department.");
    DirectoryDecision decision{{}, {}, command.department_id.bytes()};
    if (department->name != command.name) {
      decision.events.emplace_back(events::DepartmentRenamed{command.department_id, command.name});
    }
    if (command.allowed_origins && *command.allowed_origins != department->allowed_origins) {
      decision.events.emplace_back(
          events::DepartmentOriginsChanged{command.department_id, *command.allowed_origins});
    }
    return decision;
  }

  Decision operator()(const AddOperator& command) const {
    if (const auto good = check_username(command.username); !good) return good.error();
    if (const auto good = check_name(command.name, "name"); !good) return good.error();
    if (const auto good = check_departments(command.departments); !good) return good.error();
    if (state.operator_by_username(command.username)) {
      return events::error(ErrorCode::AlreadyExists, "The username is taken.");
    }
    return happen(events::OperatorAdded{events::OperatorId(fresh), command.username, command.name,
                                        command.role, command.departments});
  }

  Decision operator()(const ChangeOperator& command) const {
    if (const auto good = check_name(command.name, "name"); !good) return good.error();
    if (const auto good = check_departments(command.departments); !good) return good.error();
    const events::Operator* account = state.operator_of(command.operator_id);
    if (!account || !account->active) return not_found("There is no such operator.");
    if (account->name == command.name && account->role == command.role &&
        account->departments == command.departments) {
      return already_so(account->id.bytes());
    }
    return happen(events::OperatorChanged{command.operator_id, command.name, command.role,
                                          command.departments});
  }

  Decision operator()(const DeactivateOperator& command) const {
    const events::Operator* account = state.operator_of(command.operator_id);
    if (!account) return not_found("There is no such operator.");
    if (!account->active) return already_so(account->id.bytes());
    return happen(events::OperatorDeactivated{command.operator_id});
  }

  Decision operator()(const NotePasswordChange& command) const {
    const events::Operator* account = state.operator_of(command.operator_id);
    if (!account || !account->active) return not_found("There is no such operator.");
    return happen(events::OperatorPasswordChanged{command.operator_id});
  }

  Decision operator()(const AddQuickReply& command) const {
    if (command.flaw) return *command.flaw;
    if (const auto good = check_quick_reply(command); !good) return good.error();
    if (state.quick_replies.size() >= events::limits::quick_replies_max) {
      return events::error(ErrorCode::Invalid,
                           "There are " + std::to_string(events::limits::quick_replies_max) +
                               " quick replies, as many as there may be: remove one first.");
    }
    Decision decision =
        happen(events::QuickReplyAdded{events::QuickReplyId(fresh), command.title, command.text,
                                       command.department_id, command.attachment});
    decision->attaches = command.attachment;
    return decision;
  }

  Decision operator()(const ChangeQuickReply& command) const {
    if (const auto good = check_quick_reply(command); !good) return good.error();
    const auto found = state.quick_replies.find(command.quick_reply_id);
    if (found == state.quick_replies.end()) return not_found("There is no such quick reply.");
    const events::QuickReply wanted{command.quick_reply_id, command.title, command.text,
                                    command.department_id, command.attachment};
    if (found->second == wanted) return already_so(wanted.id.bytes());
    Decision decision =
        happen(events::QuickReplyChanged{command.quick_reply_id, command.title, command.text,
                                         command.department_id, command.attachment});
    if (found->second.attachment != command.attachment) decision->attaches = command.attachment;
    return decision;
  }

  Decision operator()(const RemoveQuickReply& command) const {
    if (!state.quick_replies.contains(command.quick_reply_id)) {
      return not_found("There is no such quick reply.");
    }
    return happen(events::QuickReplyRemoved{command.quick_reply_id});
  }

 private:
  [[nodiscard]] Result<void> check_departments(
      const std::set<events::DepartmentId>& departments) const {
    for (const events::DepartmentId& id : departments) {
      if (!state.department(id)) {
        return events::error(ErrorCode::Invalid, "There is no such department.");
      }
    }
    return {};
  }

  static Result<void> check_origins(const std::optional<std::set<std::string>>& origins) {
    if (!origins) return {};
    if (origins->size() > events::limits::allowed_origins_max) {
      return events::error(ErrorCode::Invalid,
                           "allowed_origins has more than " +
                               std::to_string(events::limits::allowed_origins_max) + " entries");
    }
    for (const std::string& origin : *origins) {
      if (auto good = check_origin(origin); !good) return good;
    }
    return {};
  }

  // One that has a file may do without a text.
  template <class Command>
  [[nodiscard]] Result<void> check_quick_reply(const Command& command) const {
    if (auto good = check_name(command.title, "title"); !good) return good;
    if (command.attachment) {
      if (auto good = check_attachment(*command.attachment); !good) return good;
    }
    if (!command.attachment || !command.text.empty()) {
      if (auto good = check_message_text(command.text, "text"); !good) return good;
    }
    if (command.department_id && !state.department(*command.department_id)) {
      return events::error(ErrorCode::Invalid, "There is no such department.");
    }
    return {};
  }
};

// Of one account, which is active.
struct MayAsk {
  const events::DirectoryState& state;
  const events::Operator& account;

  bool operator()(const auto& /*command*/) const { return account.role == events::Role::Admin; }
  bool operator()(const NotePasswordChange& command) const {
    return account.role == events::Role::Admin || command.operator_id == account.id;
  }
  bool operator()(const AddQuickReply& command) const { return may_keep(command.department_id); }
  bool operator()(const ChangeQuickReply& command) const {
    return may_keep(command.department_id) && may_keep(command.quick_reply_id);
  }
  bool operator()(const RemoveQuickReply& command) const {
    return may_keep(command.quick_reply_id);
  }

 private:
  [[nodiscard]] bool may_keep(const std::optional<events::DepartmentId>& department_id) const {
    return events::may_keep_quick_replies(events::Viewer::of(account), department_id);
  }
  // What is not there is refused as that.
  [[nodiscard]] bool may_keep(const events::QuickReplyId& id) const {
    const auto found = state.quick_replies.find(id);
    return found == state.quick_replies.end() || may_keep(found->second.department_id);
  }
};

struct Subject {
  events::UuidBytes operator()(const events::DepartmentAdded& e) const {
    return e.department_id.bytes();
  }
  events::UuidBytes operator()(const events::DepartmentRenamed& e) const {
    return e.department_id.bytes();
  }
  events::UuidBytes operator()(const events::DepartmentOriginsChanged& e) const {
    return e.department_id.bytes();
  }
  events::UuidBytes operator()(const events::OperatorAdded& e) const {
    return e.operator_id.bytes();
  }
  events::UuidBytes operator()(const events::OperatorChanged& e) const {
    return e.operator_id.bytes();
  }
  events::UuidBytes operator()(const events::OperatorDeactivated& e) const {
    return e.operator_id.bytes();
  }
  events::UuidBytes operator()(const events::OperatorPasswordChanged& e) const {
    return e.operator_id.bytes();
  }
  events::UuidBytes operator()(const events::QuickReplyAdded& e) const {
    return e.quick_reply_id.bytes();
  }
  events::UuidBytes operator()(const events::QuickReplyChanged& e) const {
    return e.quick_reply_id.bytes();
  }
  events::UuidBytes operator()(const events::QuickReplyRemoved& e) const {
    return e.quick_reply_id.bytes();
  }
};

}  // namespace

Result<void> check_right(const events::DirectoryState& state, const events::Who& who,
                         const DirectoryCommand& command) {
  if (who.kind == events::WhoKind::System) return {};
  const events::Operator* account = who.kind == events::WhoKind::Operator
                                        ? state.operator_of(events::OperatorId(who.id))
                                        : nullptr;
  if (account && account->active && std::visit(MayAsk{state, *account}, command)) return {};
  return events::error(ErrorCode::Forbidden, "Your account may not do that.");
}

Decision decide(const events::DirectoryState& state, const DirectoryCommand& command,
                const events::UuidBytes& fresh) {
  return std::visit(Decide{state, fresh}, command);
}

events::UuidBytes subject_of(const events::DirectoryEvent& event) {
  return std::visit(Subject{}, event);
}

}  // namespace bitacora::actors
