// What can be asked of the aggregates, as imperative structs, and what comes back. Free of CAF.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <variant>

#include "events/log.h"
#include "events/visibility.h"
#include "projections/transcript.h"

namespace bitacora::actors {

// --- Conversation -----------------------------------------------------------------------------

// The text is the operator's own, or filled in from a quick reply by whoever asks, who has looked
// the attachment up as well.
struct SendReply {
  events::MessageContent content;
  // The file of a quick reply whose text is too long for a caption: a message of its own that
  // follows in the same append.
  std::optional<events::MessageContent> second{};
  // What whoever asks found wrong with the content: a quick reply or an attachment that is not
  // there. The command is refused with it, unless it came before: then its first answer is given.
  std::optional<events::Error> flaw{};
};
// By a supervisor of its department on an attended one: takes it over.
struct Claim {};
struct Release {};
struct Close {};
struct Reopen {};
// Exactly one of the two.
struct Transfer {
  std::optional<events::DepartmentId> department_id{};
  std::optional<events::OperatorId> operator_id{};
  std::string note{};
};
struct MarkRead {};

// Asked by a viewer (an operator or supervisor).
using ConversationCommand =
    std::variant<SendReply, Claim, Release, Close, Reopen, Transfer, MarkRead>;

// Asked by the contact: goes to the contact, which opens its conversation or continues it.
struct ReceiveMessage {
  events::MessageContent content;
  std::optional<events::Error> flaw{};  // as SendReply has it
};
// The contact's client has, or the contact has seen, every message up to this version. Nothing
// happens when that is known, or no message of an operator is that new.
struct MarkDelivered {
  events::Version up_to;
};
struct MarkReadByContact {
  events::Version up_to;
};
using ContactCommand = std::variant<ReceiveMessage, MarkDelivered, MarkReadByContact>;

// Asked by the system, of a conversation that was found stranded: back to Espera with it, if it is
// still this owner's.
struct ReleaseFrom {
  events::OperatorId owner;
};

// --- Contact ----------------------------------------------------------------------------------

struct RegisterContact {
  std::string name;  // empty: the contact is called "Visitante <4 characters of its id>"
  std::string channel;
  events::DepartmentId department_id;
};

// --- Directory --------------------------------------------------------------------------------

struct AddDepartment {
  std::string slug;
  std::string name;
};
struct ChangeDepartment {
  events::DepartmentId department_id;
  std::string name;
  std::optional<std::set<std::string>> allowed_origins{};  // unset: as they are
};
struct AddOperator {
  std::string username;
  std::string name;
  events::Role role{};
  std::set<events::DepartmentId> departments;
};
struct ChangeOperator {
  events::OperatorId operator_id;
  std::string name;
  events::Role role{};
  std::set<events::DepartmentId> departments;
};
struct DeactivateOperator {
  events::OperatorId operator_id;
};
struct NotePasswordChange {
  events::OperatorId operator_id;
};
struct AddQuickReply {
  std::string title;
  std::string text;
  std::optional<events::DepartmentId> department_id{};
  std::optional<events::Attachment> attachment{};
  std::optional<events::Error> flaw{};  // as SendReply has it
};
// With the attachment that it has already, or another one, or none.
struct ChangeQuickReply {
  events::QuickReplyId quick_reply_id;
  std::string title;
  std::string text;
  std::optional<events::DepartmentId> department_id{};
  std::optional<events::Attachment> attachment{};
};
struct RemoveQuickReply {
  events::QuickReplyId quick_reply_id;
};
using DirectoryCommand =
    std::variant<AddDepartment, ChangeDepartment, AddOperator, ChangeOperator, DeactivateOperator,
                 NotePasswordChange, AddQuickReply, ChangeQuickReply, RemoveQuickReply>;

// --- Around a command -------------------------------------------------------------------------

// The Idempotency-Key that came with a command, and what was asked with it.
struct Idempotency {
  std::string key;
  events::Fingerprint fingerprint{};
};

struct ConversationOutcome {
  events::ConversationId conversation_id;
  // As it was when the command had happened: a replayed command answers with the state of then.
  events::ConversationState conversation;
  std::optional<projections::Message> message{};  // of SendReply (the first) and ReceiveMessage
  events::Position position;                      // of the command's last event, or of the state
  bool replayed = false;
};

struct ContactOutcome {
  events::ContactId contact_id;
  events::ContactState contact;
  events::Position position;
  bool replayed = false;
};

struct DirectoryOutcome {
  // The id of what was added or changed: a department's, an operator's, a quick reply's.
  events::UuidBytes subject{};
  events::Directory directory;
  events::Position position;
  bool replayed = false;
};

}  // namespace bitacora::actors
