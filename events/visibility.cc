#include "events/visibility.h"

#include "events/error.h"

namespace bitacora::events {

namespace {

bool attends_department(const Viewer& viewer, const ConversationFacts& facts) {
  return may_attend(viewer) && viewer.departments.contains(facts.department_id);
}

bool owns(const Viewer& viewer, const ConversationFacts& facts) {
  return may_attend(viewer) && facts.owner == viewer.id;
}

}  // namespace

bool may_see(const Viewer& viewer, const ConversationFacts& facts) {
  if (facts.status == ConversationStatus::None) return false;
  if (viewer.role == Role::Auditor) return true;
  switch (facts.status) {
    case ConversationStatus::Waiting:
      return attends_department(viewer, facts);
    case ConversationStatus::Attending:
    case ConversationStatus::Closed:
      return owns(viewer, facts) ||
             (viewer.role == Role::Supervisor && attends_department(viewer, facts));
    case ConversationStatus::None:
      break;
  }
  return false;
}

bool may_know_owner(const Viewer& viewer, const ConversationFacts& facts) {
  return facts.status == ConversationStatus::Attending && attends_department(viewer, facts);
}

bool may_attend(const Viewer& viewer) {
  return viewer.role == Role::Operator || viewer.role == Role::Supervisor;
}

bool may_attend(const Operator& account) {
  return account.active && may_attend(Viewer::of(account));
}

bool is_stranded(const ConversationFacts& facts, const DirectoryState& directory) {
  if (facts.status != ConversationStatus::Attending) return false;
  const Operator* owner = directory.operator_of(*facts.owner);
  return owner != nullptr && !may_attend(*owner);
}

bool may_use(const Viewer& viewer, const QuickReply& reply) {
  return viewer.role != Role::Operator || !reply.department_id ||
         viewer.departments.contains(*reply.department_id);
}

bool may_keep_quick_replies(const Viewer& viewer,
                            const std::optional<DepartmentId>& department_id) {
  if (viewer.role == Role::Admin) return true;
  return viewer.role == Role::Supervisor &&
         (!department_id || viewer.departments.contains(*department_id));
}

}  // namespace bitacora::events
