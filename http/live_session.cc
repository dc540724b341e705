#include "http/live_session.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "http/authentication.h"
#include "http/defect.h"
#include "http/domain_json.h"
#include "http/frames.h"
#include "http/make_command.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::Position;

std::uint64_t moved(std::uint64_t count, int by) {
  // A view that was rebuilt beside the ring cannot take a count below nothing.
  const auto sum = static_cast<std::int64_t>(count) + by;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
}

// A client of this account that was last told anew before this holds what is no longer so.
Position outdated_before(const events::Operator& account, const events::DirectoryState& directory) {
  return std::max(account.access_changed, directory.names_changed);
}

}  // namespace

LiveSession::LiveSession(EdgePtr edge, events::Viewer viewer, std::string session_token)
    : LiveBase(std::move(edge)),
      viewer_(std::move(viewer)),
      session_token_(std::move(session_token)) {}

void LiveSession::begin() {
  subscription_ = edge().hub.subscribe(weak_from_this(), viewer_, token_hash(session_token_));
  // Only from here on the hub ends it; it may have ended since it was let in.
  const std::string token = std::exchange(session_token_, {});
  if (!edge().options.secrets->find_session(token, edge().now())) {
    return socket()->close(signed_out, "the session has ended");
  }
  if (!settle()) return;
  counts_told_ = counts_;
  const events::Directory directory = edge().viewed_directory();
  answer(hello_frame(cursor_, "operator",
                     account_json(*directory->operator_of(viewer_.id), *directory, {}), "counts",
                     counts_json(counts_, {})));
  hold();
}

void LiveSession::end() { subscription_.reset(); }

void LiveSession::recount() {
  const auto inbox = edge().options.projector->read_inbox();
  counts_ = projections::count_conversations(*inbox, viewer_, *edge().viewed_directory());
  counts_at_ = inbox->checkpoint();
}

// --- What is told -----------------------------------------------------------------------------

void LiveSession::go_live() { wake(); }

Frame LiveSession::next_news() {
  if (catching_up_) return nullptr;
  if (ready_)
    return directory_changed_since(directory_at_) ? nullptr : std::exchange(ready_, nullptr);
  return next_changes();
}

Frame LiveSession::next_changes() {
  for (;;) {
    if (behind_) {
      start_catching_up();
      return nullptr;
    }
    Backlog backlog = subscription_->take();
    // Asked after the backlog was taken, so that the account is not older than what is told.
    if (directory_changed_since(directory_at_)) return nullptr;
    behind_ = backlog.lost;
    if (behind_) continue;
    const bool is_empty = backlog.batches.empty();
    if (Frame frame = frame_of(std::move(backlog))) return frame;
    if (is_empty) break;
  }
  if (!std::exchange(resuming_, false)) return nullptr;
  return caught_up_frame(cursor_, new_counts());
}

Frame LiveSession::frame_of(Backlog backlog) {
  std::span<const LiveBatchPtr> batches = backlog.batches;
  // The views were ahead of the hub when this client caught up from them.
  while (!batches.empty() && batches.front()->to <= cursor_) {
    batches = batches.subspan(1);
    ++backlog.sequence;
  }
  // A client that stands in the midst of a batch is told its rest by state.
  behind_ = !batches.empty() && batches.front()->from < cursor_;
  if (behind_) return nullptr;
  const Told told = tell(viewer_, batches, edge().options.changes_frame_bytes_max);
  for (const LiveBatchPtr& batch : batches.first(told.batches)) move_counts(*batch);
  if (told.batches == batches.size()) {
    cursor_ = std::max(cursor_, backlog.up_to);
  } else {
    cursor_ = std::max(cursor_, batches[told.batches]->from);
    subscription_->give_back(backlog.sequence + told.batches);
    // The next one is longer than a frame by itself, and told by state in several.
    behind_ = told.batches == 0;
  }
  return told.changes.empty() ? nullptr : changes_frame(told.changes);
}

Frame LiveSession::changes_frame(std::string_view changes) {
  std::string text = changes_begin(cursor_, new_counts());
  text.reserve(text.size() + changes.size() + changes_end.size());
  text += changes;
  text += changes_end;
  return std::make_shared<const std::string>(std::move(text));
}

std::optional<projections::InboxCounts> LiveSession::new_counts() {
  if (counts_told_ == counts_) return std::nullopt;
  counts_told_ = counts_;
  return counts_;
}

void LiveSession::move_counts(const LiveBatch& batch) {
  if (batch.to <= counts_at_) return;
  const CountsMove move = counts_move(viewer_, batch);
  counts_.waiting = moved(counts_.waiting, move.waiting);
  counts_.attending = moved(counts_.attending, move.attending);
  counts_at_ = batch.to;
}

Frame LiveSession::typing_frame_of(const TypingNote& note) const {
  const auto viewer = edge().viewer_now(viewer_.id);
  const auto state =
      projections::find_conversation(*edge().options.projector->read_inbox(), note.conversation_id);
  return viewer && state && may_see(*viewer, state->facts) ? note.frame : nullptr;
}

// --- Resuming and catching up -----------------------------------------------------------------

void LiveSession::resume(Position position) {
  if (catching_up_) {
    resume_next_ = position;
    return;
  }
  ready_ = nullptr;
  // From the future, or of another log; the views and the hub may be a little behind this one.
  if (position > edge().options.log->last_position()) return resync();
  // What it holds of the directory may be from before this session, unless it was told to load
  // anew.
  const bool has_directory = anew_at_ && position >= *anew_at_;
  if (directory_changed_since(has_directory ? directory_at_ : std::min(position, directory_at_))) {
    return wake();
  }
  cursor_ = position;
  resuming_ = true;
  behind_ = !subscription_->follow_from(position);
  // The counts are told anew: what the client knew when it was cut off is not known here.
  recount();
  counts_told_.reset();
  wake();
}

void LiveSession::start_catching_up() {
  catching_up_ = true;
  boost::asio::post(edge().catch_up_workers, [self = shared_from_this(), this, viewer = viewer_,
                                              cursor = cursor_, strand = executor()] {
    auto result =
        std::make_shared<CaughtUp>(catch_up(*edge().options.projector, viewer, cursor,
                                            {.bytes_max = edge().options.changes_frame_bytes_max}));
    boost::asio::post(strand, [self, this, result] {
      if (socket()) caught_up(std::move(*result));
    });
  });
}

void LiveSession::caught_up(CaughtUp result) {
  catching_up_ = false;
  if (resume_next_) return resume(*std::exchange(resume_next_, std::nullopt));
  if (directory_changed_since(directory_at_)) return wake();
  if (result.too_much) return resync();
  cursor_ = std::max(cursor_, result.up_to);
  behind_ = !result.is_whole || !subscription_->follow_from(cursor_);
  // The counts come with the last frame: they are as of the views' position.
  if (result.is_whole) {
    counts_ = result.counts;
    counts_at_ = cursor_;
  }
  if (!result.changes.empty()) ready_ = changes_frame(result.changes);
  wake();
}

bool LiveSession::settle() {
  cursor_ = std::max(cursor_, subscription_->follow_now());
  // Read after the cursor was taken, so that it is not older.
  const events::Directory directory = edge().viewed_directory();
  const events::Operator* account = directory->operator_of(viewer_.id);
  if (account == nullptr || !account->active) {
    const bool is_new = account == nullptr && edge().viewer_now(viewer_.id).has_value();
    if (is_new) {
      socket()->close(try_again_later, "the views do not have the account yet");
    } else {
      socket()->close(signed_out, "the account may not sign in any more");
    }
    return false;
  }
  viewer_ = events::Viewer::of(*account);
  directory_at_ = outdated_before(*account, *directory);
  subscription_->change_viewer(viewer_);
  recount();
  // What was published meanwhile was not marked for the account as it is now.
  behind_ = !subscription_->follow_from(cursor_);
  return true;
}

void LiveSession::resync() {
  resuming_ = false;
  counts_told_.reset();
  ready_ = nullptr;
  if (!settle()) return;
  anew_at_ = cursor_;
  answer(resync_frame(cursor_));
  hold();
}

bool LiveSession::directory_changed_since(Position position) {
  const events::Directory directory = edge().viewed_directory();
  const events::Operator* account = directory->operator_of(viewer_.id);
  if (account != nullptr && account->active && outdated_before(*account, *directory) <= position) {
    return false;
  }
  resync();
  return true;
}

// --- What is asked ----------------------------------------------------------------------------

void LiveSession::take_command(JsonReader& frame) {
  const std::string key = frame.text("id", {});
  const std::optional<CallName> name =
      parse_command_name(frame.text("name", {.max = limits::slug_bytes_max}));
  const auto id = frame.id<events::ConversationId>("conversation_id");
  const auto good_key = check_key(key);
  CallBody body;
  if (!name) {
    // Without a name nothing is known of the body.
    const auto read = frame.finish();
    const bool malformed = !read && read.error().code == events::ErrorCode::MalformedJson;
    return refuse_frame(good_key ? key : "",
                        malformed ? read.error()
                                  : events::error(events::ErrorCode::Invalid,
                                                  "The member \"name\" names no command."));
  }
  if (has_body(*name) || frame.has("body")) {
    JsonReader inner = frame.object("body");
    body = read_call_body(*name, inner);
  }
  body.name = *name;
  if (const auto read = frame.finish(); !read) {
    // A value out of its bounds is refused like any other refusal; the frame was understood.
    const events::ErrorCode code = read.error().code;
    const bool understood =
        good_key && !id.is_nil() &&
        (code == events::ErrorCode::Invalid || code == events::ErrorCode::CaptionTooLong);
    return understood ? refuse(key, read.error()) : refuse_frame(good_key ? key : "", read.error());
  }
  if (!good_key) return refuse_frame({}, good_key.error());
  command_begun();
  asked_.push_back({key, id, std::move(body)});
  ask_next();
}

// In their order: what comes while a quick reply is made ready waits behind it.
void LiveSession::ask_next() {
  while (!asked_.empty() && !preparing_ && socket()) {
    Asked asked = std::move(asked_.front());
    asked_.pop_front();
    const auto viewer = edge().viewer_now(viewer_.id);
    if (!viewer) return socket()->close(signed_out, "the account may not sign in any more");
    actors::Idempotency idempotency{std::move(asked.key), fingerprint_of(asked.id, asked.body)};
    if (asked.body.quick_reply_id) {
      prepare(std::move(asked), *viewer, std::move(idempotency));
    } else {
      const CallName name = asked.body.name;
      ask(asked.id, name, std::move(idempotency),
          to_command(asked.id, std::move(asked.body), *viewer, edge().call_sources()));
    }
  }
}

void LiveSession::prepare(Asked asked, const events::Viewer& viewer,
                          actors::Idempotency idempotency) {
  preparing_ = true;
  const CallName name = asked.body.name;
  const events::ConversationId id = asked.id;
  auto made = make_command(shared_edge(), id, std::move(asked.body), viewer, idempotency);
  asio::co_spawn(executor(), std::move(made),
                 [self = shared_from_this(), this, id, name, idempotency = std::move(idempotency)](
                     const std::exception_ptr& thrown, MadeCommand command) mutable {
                   preparing_ = false;
                   if (!socket()) return;
                   if (thrown) command = defect(thrown, "the making of a command");
                   ask(id, name, std::move(idempotency), std::move(command));
                   ask_next();
                 });
}

void LiveSession::ask(const events::ConversationId& id, CallName name,
                      actors::Idempotency idempotency, MadeCommand command) {
  std::string key = idempotency.key;
  if (!command) return answered(key, name, command.error());
  edge().options.runtime->ask(
      id, viewer_.id, std::move(idempotency), *std::move(command),
      [self = shared_from_this(), this, name, key = std::move(key),
       strand = executor()](events::Result<actors::ConversationOutcome> result) mutable {
        boost::asio::post(strand, [self, this, name, key = std::move(key),
                                   result = std::move(result)] { answered(key, name, result); });
      });
}

void LiveSession::answered(const std::string& key, CallName name,
                           const events::Result<actors::ConversationOutcome>& result) {
  command_finished();
  edge().metrics.command(command_name(name), result);
  if (!socket()) return;
  if (!result) return refuse(key, result.error());
  JsonText text;
  answer(done_frame(key, result->position, result->replayed,
                    outcome_json(*result, *edge().directory(), text.memory())));
}

void LiveSession::take_typing(JsonReader& frame) {
  const auto id = frame.id<events::ConversationId>("conversation_id");
  if (const auto read = frame.finish(); !read) return refuse_frame({}, read.error());
  if (!may_type()) return;
  const auto viewer = edge().viewer_now(viewer_.id);
  if (!viewer || !may_attend(*viewer)) return;
  const auto state = projections::find_conversation(*edge().options.projector->read_inbox(), id);
  // Nothing is told of what they may not see, nor that it is there.
  if (!state || !may_see(*viewer, state->facts)) return;
  const events::Directory directory = edge().viewed_directory();
  const events::Operator* account = directory->operator_of(viewer->id);
  json::object named{{"id", viewer->id.to_string()}, {"name", account->name}};
  json::object name_only{{"name", account->name}};
  edge().hub.relay(std::make_shared<const TypingNote>(
      TypingNote{id, state->facts, state->contact_id, viewer->id,
                 typing_frame(id, "operator", std::move(named)),
                 typing_frame(id, "operator", std::move(name_only))}));
}

}  // namespace bitacora::http
