#include "http/webchat_session.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <limits>
#include <utility>

#include "http/cors.h"
#include "http/domain_json.h"
#include "http/frames.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::Position;

std::string conversation_text(const ContactConversation& conversation,
                              const events::DirectoryState& directory) {
  JsonText text;
  return conversation_change(
      contact_conversation_json(conversation.id, conversation.state, directory, text.memory()));
}

}  // namespace

WebchatSession::WebchatSession(EdgePtr edge, const events::ContactId& contact_id,
                               std::optional<std::string> site)
    : LiveBase(std::move(edge)), contact_id_(contact_id), site_(std::move(site)) {}

void WebchatSession::begin() {
  subscription_ = edge().hub.subscribe(weak_from_this(), contact_id_);
  ask_contact();
}

void WebchatSession::end() { subscription_.reset(); }

void WebchatSession::ask_contact() {
  if (std::exchange(asking_, true)) return;
  edge().options.runtime->find_contact(
      contact_id_, [self = shared_from_this(), this,
                    strand = executor()](events::Result<actors::ContactOutcome> outcome) {
        boost::asio::post(strand, [self, this, outcome = std::move(outcome)] {
          asking_ = false;
          if (socket()) contact_found(outcome);
        });
      });
}

void WebchatSession::contact_found(const events::Result<actors::ContactOutcome>& outcome) {
  if (!outcome) {
    // A token of a contact that never came to be, or a server that is stopping.
    const bool unknown = outcome.error().code == events::ErrorCode::NotFound;
    socket()->close(unknown ? signed_out : try_again_later, outcome.error().detail);
    return;
  }
  if (const auto good = check_site(edge(), site_, outcome->contact.department_id); !good) {
    socket()->close(policy_violation, good.error().detail);
    return;
  }
  const bool first = !contact_.has_value();
  contact_ = outcome->contact;
  if (first) say_hello();
  if (contact_->conversation_id) changed_ = true;
  mark_delivery();
  wake();
}

void WebchatSession::say_hello() {
  names_at_ = edge().viewed_directory()->names_changed;
  const auto inbox = edge().options.projector->read_inbox();
  const events::Directory directory = edge().directory();
  const auto conversation = contact_conversation(*inbox, *contact_);
  json::value shown(nullptr);
  if (conversation) {
    shown = contact_conversation_json(conversation->id, conversation->state, *directory, {});
    conversation_told_ = conversation_text(*conversation, *directory);
  }
  // A resume may have come before the contact was found; then the cursor is the client's.
  if (!resuming_) cursor_ = inbox->checkpoint();
  answer(hello_frame(inbox->checkpoint(), "contact",
                     {{"id", contact_id_.to_string()}, {"name", contact_->name}}, "conversation",
                     std::move(shown)));
  if (!resuming_) hold();
}

// --- What is told -----------------------------------------------------------------------------

void WebchatSession::go_live() { wake(); }

void WebchatSession::look() { changed_ = true; }

void WebchatSession::resume(Position position) {
  cursor_ = position;
  resuming_ = true;
  unmeasured_ = true;
  changed_ = true;
  conversation_told_.clear();
  wake();
}

void WebchatSession::resync() {
  names_at_ = edge().viewed_directory()->names_changed;
  cursor_ = edge().options.projector->read_inbox()->checkpoint();
  anew_at_ = cursor_;
  resuming_ = false;
  conversation_told_.clear();
  answer(resync_frame(cursor_));
  hold();
}

Frame WebchatSession::next_news() {
  if (!contact_) return nullptr;
  if (std::exchange(unmeasured_, false) && cannot_go_on()) {
    resync();
    return nullptr;
  }
  Frame frame = next_changes();
  // Asked after the frame was made, so that none with older names goes past the change of one.
  if (edge().viewed_directory()->names_changed == names_at_) return frame;
  resync();
  return nullptr;
}

bool WebchatSession::cannot_go_on() const {
  // From the future, or of another log; the views may be a little behind this one.
  if (cursor_ > edge().options.log->last_position()) return true;
  // Its names may be from before this session, unless it was told to load them anew.
  const bool has_names = anew_at_ && cursor_ >= *anew_at_;
  return (!has_names && names_at_ > cursor_) || has_missed_too_much();
}

bool WebchatSession::has_missed_too_much() const {
  const auto inbox = edge().options.projector->read_inbox();
  const auto conversation = contact_conversation(*inbox, *contact_);
  if (!conversation) return false;
  const auto transcript = edge().options.projector->read_transcript();
  // The conversation counts as one of them.
  return projections::count_between(*transcript, conversation->id, cursor_, inbox->checkpoint(),
                                    limits::resume_changes_max) >= limits::resume_changes_max;
}

Frame WebchatSession::next_changes() {
  while (changed_.exchange(false)) {
    if (Frame frame = next_messages()) return frame;
  }
  if (asking_ || !std::exchange(resuming_, false)) return nullptr;
  return caught_up_frame(cursor_);
}

Frame WebchatSession::next_messages() {
  const auto inbox = edge().options.projector->read_inbox();
  const auto conversation = contact_conversation(*inbox, *contact_);
  if (!conversation) {
    // It came to be after the contact was found; or the view is about to have it, and then the hub
    // tells of it.
    if (!contact_->conversation_id) ask_contact();
    return nullptr;
  }
  const auto transcript = edge().options.projector->read_transcript();
  const auto messages =
      projections::messages_between(*transcript, conversation->id, cursor_, inbox->checkpoint(),
                                    limits::contact_frame_messages_max);
  bool is_all = messages.size() < limits::contact_frame_messages_max;
  const events::Directory directory = edge().directory();
  std::string changes;
  std::string shown = conversation_text(*conversation, *directory);
  if (shown != conversation_told_) changes = conversation_told_ = std::move(shown);
  for (const projections::Message& message : messages) {
    // What one event has changed is told whole, so that the cursor passes it whole.
    const bool may_cut = message.changed > cursor_;
    if (may_cut && changes.size() > edge().options.changes_frame_bytes_max) {
      is_all = false;
      break;
    }
    cursor_ = message.changed;
    if (message.kind == projections::MessageKind::System) continue;
    JsonText text;
    if (!changes.empty()) changes += ',';
    changes += message_change(
        message_json(message, conversation->state.contact_name, *directory, text.memory()));
  }
  if (is_all) {
    cursor_ = std::max(cursor_, inbox->checkpoint());
  } else {
    changed_ = true;
  }
  if (changes.empty()) return nullptr;
  std::string frame = changes_begin(cursor_, std::nullopt);
  frame += changes;
  frame += changes_end;
  return std::make_shared<const std::string>(std::move(frame));
}

Frame WebchatSession::typing_frame_of(const TypingNote& note) const {
  return note.contact_id == contact_id_ ? note.contact_frame : nullptr;
}

// --- What is asked ----------------------------------------------------------------------------

void WebchatSession::take_command(JsonReader& frame) {
  const std::string key = frame.text("id", {});
  const std::string name = frame.text("name", {.max = limits::slug_bytes_max});
  const auto good_key = check_key(key);
  WrittenMessage message;
  if (name == "send_message") {
    JsonReader body = frame.object("body");
    message = read_contact_message(body);
  } else {
    frame.refuse("name", "names no command");
  }
  if (const auto read = frame.finish(); !read) {
    const bool understood = good_key && name == "send_message" &&
                            (read.error().code == events::ErrorCode::Invalid ||
                             read.error().code == events::ErrorCode::CaptionTooLong);
    return understood ? refuse(key, read.error()) : refuse_frame(good_key ? key : "", read.error());
  }
  if (!good_key) return refuse_frame({}, good_key.error());
  send(key, std::move(message));
}

void WebchatSession::send(std::string key, WrittenMessage message) {
  const auto allowed =
      edge().contact_messages.take(contact_id_.to_string(), std::chrono::steady_clock::now());
  if (!allowed) return refuse(key, allowed.error());
  actors::Idempotency idempotency{key, contact_message_fingerprint(message)};
  command_begun();
  edge().options.runtime->ask(
      contact_id_, std::move(idempotency),
      to_receive(std::move(message), contact_id_, edge().options.finished_uploads),
      [self = shared_from_this(), this, key = std::move(key),
       strand = executor()](events::Result<actors::ConversationOutcome> result) mutable {
        boost::asio::post(strand, [self, this, key = std::move(key), outcome = std::move(result)] {
          command_finished();
          edge().metrics.command("receive_message", outcome);
          if (!socket()) return;
          if (!outcome) return refuse(key, outcome.error());
          JsonText memory;
          answer(done_frame(key, outcome->position, outcome->replayed,
                            contact_outcome_json(*outcome, *edge().directory(), memory.memory())));
        });
      });
}

bool WebchatSession::take_other(std::string_view type, JsonReader& frame) {
  const bool read = type == "read";
  if (!read && type != "received") return false;
  const events::Version up_to(frame.count("version", std::numeric_limits<std::int64_t>::max()));
  if (const auto good = frame.finish(); !good) {
    refuse_frame({}, good.error());
    return true;
  }
  events::Version& newest = read ? read_up_to_ : received_up_to_;
  newest = std::max(newest, up_to);
  mark_delivery();
  return true;
}

void WebchatSession::mark_delivery() {
  if (marking_ || !contact_) return;
  // What is still to come cannot have been received: taken at its word, such a mark would silence
  // all that follow it.
  const auto conversation =
      contact_conversation(*edge().options.projector->read_inbox(), *contact_);
  const events::Version last = conversation ? conversation->state.version : events::Version();
  read_up_to_ = std::min(read_up_to_, last);
  received_up_to_ = std::min(received_up_to_, last);
  std::optional<actors::ContactCommand> command;
  if (read_up_to_ > read_marked_) {
    command = actors::MarkReadByContact{read_up_to_};
    read_marked_ = read_up_to_;
    received_marked_ = std::max(received_marked_, read_up_to_);
  } else if (received_up_to_ > received_marked_) {
    command = actors::MarkDelivered{received_up_to_};
    received_marked_ = received_up_to_;
  }
  if (!command) return;
  marking_ = true;
  command_begun();
  edge().options.runtime->ask(
      contact_id_, std::nullopt, *std::move(command),
      [self = shared_from_this(), this,
       strand = executor()](const events::Result<actors::ConversationOutcome>& outcome) {
        const bool failed =
            outcome.has_error() && outcome.error().code != events::ErrorCode::NotFound;
        boost::asio::post(strand, [self, this, failed] {
          command_finished();
          marking_ = false;
          // What could not be noted now is noted with the next mark.
          if (failed) read_marked_ = received_marked_ = {};
          if (!failed && socket()) mark_delivery();
        });
      });
}

void WebchatSession::take_typing(JsonReader& frame) {
  if (const auto read = frame.finish(); !read) return refuse_frame({}, read.error());
  if (!may_type() || !contact_) return;
  const auto conversation =
      contact_conversation(*edge().options.projector->read_inbox(), *contact_);
  if (!conversation) return;
  json::object author{{"id", contact_id_.to_string()}, {"name", conversation->state.contact_name}};
  edge().hub.relay(std::make_shared<const TypingNote>(
      TypingNote{conversation->id, conversation->state.facts, contact_id_, std::nullopt,
                 typing_frame(conversation->id, "contact", std::move(author)), nullptr}));
}

}  // namespace bitacora::http
