// The conversation: one thread with one contact, in one department at a time.
//
// First its events, as they are named in the log; then its state, and evolve(), which is the only
// way that a state comes to be. Deciding stands in actors/conversation_decider.h.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "events/attachment.h"
#include "events/ids.h"
#include "events/time.h"

namespace bitacora::events {

// What somebody wrote. UTF-8, 1 to limits::message_code_points_max code points; with an attachment
// it is the caption, 0 to limits::caption_code_points_max.
struct MessageContent {
  std::string text;
  // Where the text came from, if from a quick reply.
  std::optional<QuickReplyId> quick_reply_id{};
  std::optional<Attachment> attachment{};
  bool voice = false;  // the attachment is a recording made to be heard; it has no caption
  friend bool operator==(const MessageContent&, const MessageContent&) = default;
};

// --- Events -----------------------------------------------------------------------------------

// The first event: a contact wrote for the first time. Waiting from here on.
struct ConversationOpened {
  ContactId contact_id;
  std::string contact_name;
  std::string channel;  // "webchat"
  DepartmentId department_id;
  friend bool operator==(const ConversationOpened&, const ConversationOpened&) = default;
};

// The contact wrote.
struct MessageReceived {
  MessageContent content;
  friend bool operator==(const MessageReceived&, const MessageReceived&) = default;
};

// An operator wrote. The sender is the owner at this version (or a supervisor who took it over).
struct MessageSent {
  OperatorId operator_id;
  MessageContent content;
  friend bool operator==(const MessageSent&, const MessageSent&) = default;
};

// An operator became the owner: of a waiting one, or of one taken over from `taken_from`.
struct ConversationClaimed {
  OperatorId operator_id;
  std::optional<OperatorId> taken_from{};
  friend bool operator==(const ConversationClaimed&, const ConversationClaimed&) = default;
};

// Given back to Espera of its department.
struct ConversationReleased {
  friend bool operator==(const ConversationReleased&, const ConversationReleased&) = default;
};

// Moved: to a department's Espera (no operator), or straight to an operator of that department.
struct ConversationTransferred {
  DepartmentId department_id;
  std::optional<OperatorId> operator_id{};
  // For colleagues; contacts never see it. Empty: none.
  std::string note{};
  friend bool operator==(const ConversationTransferred&, const ConversationTransferred&) = default;
};

// It stays with its owner among their closed ones.
struct ConversationClosed {
  friend bool operator==(const ConversationClosed&, const ConversationClosed&) = default;
};

// By an operator, who then owns it; or, without one, by the contact's new message: into Espera.
struct ConversationReopened {
  std::optional<OperatorId> operator_id{};
  friend bool operator==(const ConversationReopened&, const ConversationReopened&) = default;
};

// The owner has seen everything up to this version.
struct ConversationRead {
  OperatorId operator_id;
  Version up_to;
  friend bool operator==(const ConversationRead&, const ConversationRead&) = default;
};

// The contact's client has every message up to this version.
struct MessagesDelivered {
  Version up_to;
  friend bool operator==(const MessagesDelivered&, const MessagesDelivered&) = default;
};

// The contact has seen every message up to this version, which is therefore delivered too.
struct MessagesReadByContact {
  Version up_to;
  friend bool operator==(const MessagesReadByContact&, const MessagesReadByContact&) = default;
};

using ConversationEvent =
    std::variant<ConversationOpened, MessageReceived, MessageSent, ConversationClaimed,
                 ConversationReleased, ConversationTransferred, ConversationClosed,
                 ConversationReopened, ConversationRead, MessagesDelivered, MessagesReadByContact>;

// --- State ------------------------------------------------------------------------------------

enum class ConversationStatus : std::uint8_t { None, Waiting, Attending, Closed };

// "none", "waiting", "attending", "closed".
std::string_view status_name(ConversationStatus status);

// Who may have to do with it: what visibility (events/visibility.h) is decided from.
struct ConversationFacts {
  ConversationStatus status{ConversationStatus::None};
  DepartmentId department_id;
  // Set while attending and closed; unset while waiting.
  std::optional<OperatorId> owner{};
  friend bool operator==(const ConversationFacts&, const ConversationFacts&) = default;
};

struct ConversationState {
  ConversationFacts facts;
  ContactId contact_id;
  std::string contact_name;
  std::string channel;
  // Of the last message, its first limits::preview_code_points_max code points; of a file its name
  // after 📎, of a recording 🎙 and, once it is known, how long it is.
  std::string preview;
  // The last message, if it is a recording.
  std::optional<AttachmentId> last_recording{};
  // Messages of the contact since somebody last replied or its owner last read; being claimed,
  // released, transferred, closed or reopened does not change it.
  std::uint32_t unread = 0;
  Instant opened_at;
  std::optional<Instant> waiting_since{};
  Instant last_message_at;
  // The last message of the contact, and the last of an operator; 0: none yet.
  Version last_received;
  Version last_sent;
  // Up to where its owner has read, the contact's client has received and the contact has read.
  Version read_up_to;
  Version delivered_up_to;
  Version contact_read_up_to;
  // Of the last event, whatever it was.
  Version version;
  Position position;
  friend bool operator==(const ConversationState&, const ConversationState&) = default;
};

// When and where an event stands; what evolve() needs beside the event.
struct EventPlace {
  Position position;
  Version version;
  Instant at;
};

// The state after the event. Pure; expects the event that comes next in the stream.
ConversationState evolve(ConversationState state, const ConversationEvent& event,
                         const EventPlace& place);

// What is shown of the conversation after one of its attachments was examined, which is no event of
// its stream: its version stays, its position becomes that of the examination. Pure.
ConversationState with_examination(ConversationState state, const AttachmentId& id,
                                   const AttachmentExamined& examined, Position position);

}  // namespace bitacora::events
