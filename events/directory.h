// The directory: departments, operators and quick replies of the company, one stream for all.
//
// Its state is small (a company's people), lives whole in memory, and is handed around as
// shared_ptr<const DirectoryState>: a snapshot that never changes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "events/conversation.h"

namespace bitacora::events {

// The values are stored by name ("operator", "supervisor", ...).
enum class Role : std::uint8_t { Operator, Supervisor, Auditor, Admin };
std::string_view role_name(Role role);
std::optional<Role> parse_role(std::string_view name);

// --- Events -----------------------------------------------------------------------------------

struct DepartmentAdded {
  DepartmentId department_id;
  std::string slug;  // unique; 1 to limits::slug_bytes_max of [a-z0-9-]
  std::string name;
  friend bool operator==(const DepartmentAdded&, const DepartmentAdded&) = default;
};

struct DepartmentRenamed {
  DepartmentId department_id;
  std::string name;
  friend bool operator==(const DepartmentRenamed&, const DepartmentRenamed&) = default;
};

// The sites whose pages may show the department's web chat, from now on: origins,
// "https://example.com" or "http://localhost:8080", at most limits::allowed_origins_max.
struct DepartmentOriginsChanged {
  DepartmentId department_id;
  std::set<std::string> allowed_origins;
  friend bool operator==(const DepartmentOriginsChanged&,
                         const DepartmentOriginsChanged&) = default;
};

struct OperatorAdded {
  OperatorId operator_id;
  std::string username;  // unique; 1 to limits::slug_bytes_max of [a-z0-9._-]
  std::string name;
  Role role{};
  std::set<DepartmentId> departments;
  friend bool operator==(const OperatorAdded&, const OperatorAdded&) = default;
};

// As they are from now on; the username stays.
struct OperatorChanged {
  OperatorId operator_id;
  std::string name;
  Role role{};
  std::set<DepartmentId> departments;
  friend bool operator==(const OperatorChanged&, const OperatorChanged&) = default;
};

// May not sign in any more; what they did stays theirs.
struct OperatorDeactivated {
  OperatorId operator_id;
  friend bool operator==(const OperatorDeactivated&, const OperatorDeactivated&) = default;
};

// The fact alone; the hash is no event.
struct OperatorPasswordChanged {
  OperatorId operator_id;
  friend bool operator==(const OperatorPasswordChanged&, const OperatorPasswordChanged&) = default;
};

struct QuickReplyAdded {
  QuickReplyId quick_reply_id;
  std::string title;
  std::string text;
  std::optional<DepartmentId> department_id{};  // unset: for all
  std::optional<Attachment> attachment{};
  friend bool operator==(const QuickReplyAdded&, const QuickReplyAdded&) = default;
};

struct QuickReplyChanged {
  QuickReplyId quick_reply_id;
  std::string title;
  std::string text;
  std::optional<DepartmentId> department_id{};
  std::optional<Attachment> attachment{};
  friend bool operator==(const QuickReplyChanged&, const QuickReplyChanged&) = default;
};

struct QuickReplyRemoved {
  QuickReplyId quick_reply_id;
  friend bool operator==(const QuickReplyRemoved&, const QuickReplyRemoved&) = default;
};

using DirectoryEvent =
    std::variant<DepartmentAdded, DepartmentRenamed, OperatorAdded, OperatorChanged,
                 OperatorDeactivated, OperatorPasswordChanged, QuickReplyAdded, QuickReplyChanged,
                 QuickReplyRemoved, DepartmentOriginsChanged>;

// --- State ------------------------------------------------------------------------------------

struct Department {
  DepartmentId id;
  std::string slug;
  std::string name;
  std::set<std::string> allowed_origins{};
  friend bool operator==(const Department&, const Department&) = default;
};

struct Operator {
  OperatorId id;
  std::string username;
  std::string name;
  Role role{};
  std::set<DepartmentId> departments;
  bool active = true;
  // Position of the last event that changed what this operator may see; a client that resumes from
  // before it has to load its lists again.
  Position access_changed;
  friend bool operator==(const Operator&, const Operator&) = default;
};

struct QuickReply {
  QuickReplyId id;
  std::string title;
  std::string text;
  std::optional<DepartmentId> department_id{};
  std::optional<Attachment> attachment{};
  friend bool operator==(const QuickReply&, const QuickReply&) = default;
};

struct DirectoryState {
  std::map<DepartmentId, Department> departments;
  std::map<OperatorId, Operator> operators;
  std::map<QuickReplyId, QuickReply> quick_replies;
  // Position of the last event that changed the name of a department or an operator; before the
  // first position when none did. A client that resumes from before it holds old names.
  Position names_changed;
  Version version;
  Position position;

  // Null when there is none.
  [[nodiscard]] const Department* department(const DepartmentId& id) const;
  [[nodiscard]] const Department* department_by_slug(std::string_view slug) const;
  [[nodiscard]] const Operator* operator_of(const OperatorId& id) const;
  [[nodiscard]] const Operator* operator_by_username(std::string_view username) const;

  friend bool operator==(const DirectoryState&, const DirectoryState&) = default;
};

using Directory = std::shared_ptr<const DirectoryState>;

DirectoryState evolve(DirectoryState state, const DirectoryEvent& event, const EventPlace& place);

}  // namespace bitacora::events
