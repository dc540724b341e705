#include "actors/conversation_decider.h"

#include <algorithm>
#include <utility>

#include "actors/text_rules.h"
#include "events/limits.h"

namespace bitacora::actors {

using events::ConversationStatus;
using events::ErrorCode;

namespace {

using Decision = events::Result<std::vector<events::ConversationEvent>>;

template <class... Events>
Decision happen(Events&&... what) {
  std::vector<events::ConversationEvent> list;
  list.reserve(sizeof...(what));
  (list.emplace_back(std::forward<Events>(what)), ...);
  return list;
}

Decision already_so() { return std::vector<events::ConversationEvent>{}; }

events::Error refuse(ErrorCode code, const char* detail) { return events::error(code, detail); }

events::Error not_found() { return refuse(ErrorCode::NotFound, "There is no such conversation."); }

events::Error closed() {
  return refuse(ErrorCode::ConversationClosed, "The conversation is closed; reopen it first.");
}

events::Error already_claimed(const events::ConversationFacts& facts,
                              const events::DirectoryState& directory) {
  events::Error error = refuse(ErrorCode::AlreadyClaimed, "Somebody else attends it.");
  if (facts.owner) {
    const events::Operator* owner = directory.operator_of(*facts.owner);
    error.owner = events::OwnerName{*facts.owner, owner ? owner->name : std::string()};
  }
  return error;
}

// Marks the versions after `marked` up to `target`, by events that `event_of(version)` makes.
template <class EventOf>
Decision mark(events::Version marked, events::Version target, EventOf event_of) {
  std::vector<events::ConversationEvent> happens;
  while (marked < target && happens.size() < events::limits::append_events_max) {
    marked = std::min(target, marked.plus(events::limits::marked_stretch_versions_max));
    happens.emplace_back(event_of(marked));
  }
  return happens;
}

// Decides for a viewer who may see the conversation and may attend.
struct Decide {
  const events::ConversationState& state;
  const events::Viewer& viewer;
  const events::DirectoryState& directory;

  [[nodiscard]] ConversationStatus status() const { return state.facts.status; }
  [[nodiscard]] bool owns() const { return state.facts.owner == viewer.id; }

  Decision operator()(const SendReply& command) const {
    if (const auto good = check_reply(command); !good) return good.error();
    // Whoever filled it in may not have known yet that it was removed.
    const auto& quick_reply = command.content.quick_reply_id;
    if (quick_reply && !directory.quick_replies.contains(*quick_reply)) {
      return refuse(ErrorCode::NoSuchQuickReply, "There is no such quick reply any more.");
    }
    if (status() == ConversationStatus::Closed) return closed();
    std::vector<events::ConversationEvent> happens;
    if (status() == ConversationStatus::Waiting) {
      happens.emplace_back(events::ConversationClaimed{viewer.id});
    } else if (!owns()) {
      return already_claimed(state.facts, directory);
    }
    happens.emplace_back(events::MessageSent{viewer.id, command.content});
    if (command.second) happens.emplace_back(events::MessageSent{viewer.id, *command.second});
    return happens;
  }

  Decision operator()(const Claim&) const {
    if (status() == ConversationStatus::Closed) return closed();
    if (status() == ConversationStatus::Waiting) {
      return happen(events::ConversationClaimed{viewer.id});
    }
    if (owns()) return already_so();
    // Whoever sees an attended conversation without owning it is a supervisor of its department.
    return happen(events::ConversationClaimed{viewer.id, state.facts.owner});
  }

  Decision operator()(const Release&) const {
    if (status() == ConversationStatus::Closed) return closed();
    if (status() == ConversationStatus::Waiting) return already_so();
    return happen(events::ConversationReleased{});
  }

  // A waiting one is claimed first, so that a closed one always has an owner.
  Decision operator()(const Close&) const {
    if (status() == ConversationStatus::Closed) return already_so();
    if (status() == ConversationStatus::Waiting) {
      return happen(events::ConversationClaimed{viewer.id}, events::ConversationClosed{});
    }
    return happen(events::ConversationClosed{});
  }

  Decision operator()(const Reopen&) const {
    if (status() == ConversationStatus::Closed) {
      return happen(events::ConversationReopened{viewer.id});
    }
    if (status() == ConversationStatus::Waiting || owns()) return already_so();
    return already_claimed(state.facts, directory);
  }

  Decision operator()(const Transfer& command) const {
    if (command.department_id.has_value() == command.operator_id.has_value()) {
      return refuse(ErrorCode::Invalid, "Transfer to a department or to an operator, one of both.");
    }
    const auto note = check_note(command.note);
    if (!note) return note.error();
    if (status() == ConversationStatus::Closed) return closed();
    return command.department_id ? to_department(*command.department_id, command.note)
                                 : to_operator(*command.operator_id, command.note);
  }

  // Nothing for whoever looks on: it is the owner who reads. A reply answers what is unread, but
  // that it was read is said by this alone.
  Decision operator()(const MarkRead&) const {
    if (!owns() || state.read_up_to >= state.last_received) return already_so();
    return mark(state.read_up_to, state.version, [&](events::Version version) {
      return events::ConversationRead{viewer.id, version};
    });
  }

 private:
  [[nodiscard]] static events::Result<void> check_reply(const SendReply& command) {
    if (command.flaw) return *command.flaw;
    if (auto good = check_content(command.content); !good || !command.second) return good;
    if (command.content.attachment || !command.second->attachment) {
      return refuse(ErrorCode::Invalid, "A second message carries the file of a text.");
    }
    return check_content(*command.second);
  }

  [[nodiscard]] Decision to_department(const events::DepartmentId& id,
                                       const std::string& note) const {
    if (!directory.department(id)) {
      return refuse(ErrorCode::Invalid, "There is no such department.");
    }
    if (status() == ConversationStatus::Waiting && state.facts.department_id == id) {
      return already_so();
    }
    return happen(events::ConversationTransferred{id, std::nullopt, note});
  }

  [[nodiscard]] Decision to_operator(const events::OperatorId& id, const std::string& note) const {
    const events::Operator* target = directory.operator_of(id);
    if (!target || !may_attend(*target)) {
      return refuse(ErrorCode::Invalid, "There is no such operator who could attend it.");
    }
    if (status() == ConversationStatus::Attending && state.facts.owner == id) return already_so();
    const auto department = department_for(*target);
    if (!department) {
      return refuse(ErrorCode::Invalid, "The operator is in no department.");
    }
    return happen(events::ConversationTransferred{*department, id, note});
  }

  // Its own department if the target is in it, else the first of theirs by slug.
  [[nodiscard]] std::optional<events::DepartmentId> department_for(
      const events::Operator& target) const {
    if (target.departments.contains(state.facts.department_id)) return state.facts.department_id;
    const events::Department* first = nullptr;
    for (const events::DepartmentId& id : target.departments) {
      const events::Department* department = directory.department(id);
      if (department && (!first || department->slug < first->slug)) first = department;
    }
    return first ? std::optional(first->id) : std::nullopt;
  }
};

// Decides for the contact of an existing conversation.
struct DecideForContact {
  const events::ConversationState& state;

  Decision operator()(const ReceiveMessage& command) const {
    if (command.flaw) return *command.flaw;
    if (const auto good = check_content(command.content); !good) return good.error();
    events::MessageReceived received{command.content};
    if (state.facts.status == ConversationStatus::Closed) {
      return happen(events::ConversationReopened{}, std::move(received));
    }
    return happen(std::move(received));
  }
  Decision operator()(const MarkDelivered& command) const {
    return mark_sent<events::MessagesDelivered>(state.delivered_up_to, command.up_to);
  }
  Decision operator()(const MarkReadByContact& command) const {
    return mark_sent<events::MessagesReadByContact>(state.contact_read_up_to, command.up_to);
  }

 private:
  // Beyond the last message of an operator there is nothing to deliver.
  template <class Marked>
  [[nodiscard]] Decision mark_sent(events::Version marked, events::Version up_to) const {
    return mark(marked, std::min(up_to, state.last_sent),
                [](events::Version version) { return Marked{version}; });
  }
};

}  // namespace

Decision decide(const events::ConversationState& state, const ConversationCommand& command,
                const events::Viewer& viewer, const events::DirectoryState& directory) {
  const bool looks_on =
      viewer.role == events::Role::Auditor && std::holds_alternative<MarkRead>(command);
  if (!may_attend(viewer) && !looks_on) {
    return refuse(ErrorCode::Forbidden, "Only operators and supervisors attend conversations.");
  }
  if (!may_see(viewer, state.facts)) {
    return may_know_owner(viewer, state.facts) ? already_claimed(state.facts, directory)
                                               : not_found();
  }
  return std::visit(Decide{state, viewer, directory}, command);
}

Decision decide(const events::ConversationState& state, const ContactCommand& command) {
  if (state.facts.status == ConversationStatus::None) return not_found();
  return std::visit(DecideForContact{state}, command);
}

Decision decide(const events::ConversationState& state, const ReleaseFrom& command) {
  const bool attends =
      state.facts.status == ConversationStatus::Attending && state.facts.owner == command.owner;
  return attends ? happen(events::ConversationReleased{}) : already_so();
}

}  // namespace bitacora::actors
