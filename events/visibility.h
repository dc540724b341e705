// Who may see what. The one place that is asked by lists, messages, files, thumbnails, search,
// pushes and deciders alike.
#pragma once

#include "events/directory.h"

namespace bitacora::events {

// Somebody signed in, as the directory has them now. A plain value.
struct Viewer {
  OperatorId id;
  Role role{};
  std::set<DepartmentId> departments;

  static Viewer of(const Operator& account) {
    return {account.id, account.role, account.departments};
  }
};

// Waiting: the operators and supervisors of its department. Attending and closed: its owner and the
// supervisors of its department. Auditors: everything. Admins: nothing, they keep accounts.
// A conversation that does not exist (None) is seen by nobody.
bool may_see(const Viewer& viewer, const ConversationFacts& facts);

// Whether a refusal may name the owner: to the operators and supervisors of the department while it
// is attended. Everybody else is told that it does not exist.
bool may_know_owner(const Viewer& viewer, const ConversationFacts& facts);

// Whether this viewer may write at all (operators and supervisors).
bool may_attend(const Viewer& viewer);
// Whether this account may, as it is now: one that is deactivated may not.
bool may_attend(const Operator& account);

// Whether it is attended by somebody who may not attend any more, so that nobody needs to see what
// its contact writes.
bool is_stranded(const ConversationFacts& facts, const DirectoryState& directory);

// Whether this viewer may see and send the quick reply and the file that it carries: operators
// those of their departments and those for all, the others any.
bool may_use(const Viewer& viewer, const QuickReply& reply);

// Whether this viewer may write and remove quick replies of the department (unset: those for all):
// admins any, supervisors those of their departments and those for all.
bool may_keep_quick_replies(const Viewer& viewer, const std::optional<DepartmentId>& department_id);

}  // namespace bitacora::events
