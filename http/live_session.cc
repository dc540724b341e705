#include "http/live_session.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "http/domain_json.h"
#include "http/frames.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::Position;

constexpr std::uint16_t signed_out = 4401;

std::uint64_t moved(std::uint64_t count, int by) {
  // A view that was rebuilt beside the ring cannot take a count below nothing.
  const auto sum = static_cast<std::int64_t>(count) + by;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
}

}  // namespace

// A frame of changes as it is put together.
class LiveSession::ChangesFrame {
 public:
  explicit ChangesFrame(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void add(std::string_view change) {
    if (!changes_.empty()) changes_ += ',';
    changes_ += change;
  }
  [[nodiscard]] bool empty() const { return changes_.empty(); }
  [[nodiscard]] bool full() const { return changes_.size() >= bytes_max_; }

  [[nodiscard]] Frame finish(Position position,
                             const std::optional<projections::InboxCounts>& counts) const {
    std::string text = changes_begin(position, counts);
    text.reserve(text.size() + changes_.size() + changes_end.size());
    text += changes_;
    text += changes_end;
    return std::make_shared<const std::string>(std::move(text));
  }

 private:
  const std::size_t bytes_max_;
  std::string changes_;
};

LiveSession::LiveSession(EdgePtr edge, events::Viewer viewer, std::string session_token_hash)
    : LiveBase(std::move(edge)),
      viewer_(std::move(viewer)),
      session_token_hash_(std::move(session_token_hash)) {}

void LiveSession::begin() {
  subscription_ = edge().hub.subscribe(weak_from_this(), viewer_, session_token_hash_);
  if (!settle()) return;
  counts_told_ = counts_;
  const events::Directory directory = edge().directory();
  answer(hello_frame(cursor_, "operator",
                     account_json(*directory->operator_of(viewer_.id), *directory, {}), "counts",
                     counts_json(counts_, {})));
  hold();
}

void LiveSession::end() { subscription_.reset(); }

void LiveSession::recount() {
  const auto inbox = edge().options.projector->read_inbox();
  counts_ = projections::count_conversations(*inbox, viewer_, *edge().directory());
  counts_at_ = inbox->checkpoint();
}

// --- What is told -----------------------------------------------------------------------------

void LiveSession::go_live() { wake(); }

Frame LiveSession::next_news() {
  if (ready_) {
    if (std::exchange(more_after_ready_, false)) start_catching_up();
    return std::exchange(ready_, nullptr);
  }
  return phase_ == Phase::Live ? next_changes() : nullptr;
}

Frame LiveSession::next_changes() {
  for (;;) {
    const Backlog backlog = subscription_->take();
    if (backlog.lost) {
      start_catching_up();
      return nullptr;
    }
    if (Frame frame = frame_of(backlog)) return frame;
    // The account changed: the client was told to load anew, or to go.
    if (phase_ != Phase::Live || holding() || !socket()) return nullptr;
    if (backlog.batches.empty()) break;
  }
  if (!std::exchange(resuming_, false)) return nullptr;
  return caught_up_frame(cursor_, new_counts());
}

Frame LiveSession::frame_of(const Backlog& backlog) {
  ChangesFrame frame(edge().options.hub.batch_bytes_max);
  Position position = backlog.up_to;
  for (std::size_t i = 0; i < backlog.batches.size(); ++i) {
    const LiveBatch& batch = *backlog.batches[i];
    // The views were ahead of the hub when this client caught up from them.
    if (batch.to <= cursor_) continue;
    if (batch.directory_changed && account_changed(*batch.directory)) return nullptr;
    follow(batch, frame);
    if (frame.full() && i + 1 < backlog.batches.size()) {
      subscription_->give_back(backlog.sequence + i + 1);
      position = batch.to;
      break;
    }
  }
  cursor_ = std::max(cursor_, position);
  if (frame.empty()) return nullptr;
  return frame.finish(cursor_, new_counts());
}

std::optional<projections::InboxCounts> LiveSession::new_counts() {
  if (counts_told_ == counts_) return std::nullopt;
  counts_told_ = counts_;
  return counts_;
}

void LiveSession::follow(const LiveBatch& batch, ChangesFrame& frame) {
  for (const LiveChange& change : batch.changes) {
    const Sight sight = sight_of(viewer_, change);
    if (sight == Sight::Nothing) continue;
    frame.add(sight == Sight::Shown ? change.shown : change.gone_for(viewer_));
    if (batch.to <= counts_at_) continue;
    const CountsMove move = counts_move(viewer_, change);
    counts_.waiting = moved(counts_.waiting, move.waiting);
    counts_.attending = moved(counts_.attending, move.attending);
  }
  counts_at_ = std::max(counts_at_, batch.to);
}

Frame LiveSession::typing_frame_of(const TypingNote& note) const {
  return !holding() && may_see(viewer_, note.facts) ? note.frame : nullptr;
}

// --- Resuming and catching up -----------------------------------------------------------------

void LiveSession::resume(Position position) {
  if (phase_ == Phase::CatchingUp) {
    resume_next_ = position;
    return;
  }
  ready_ = nullptr;
  more_after_ready_ = false;
  // From the future, or of another log.
  if (position > edge().options.projector->position()) return resync();
  cursor_ = position;
  if (account_changed(*edge().directory())) return wake();
  resuming_ = true;
  // The counts are told anew: what the client knew when it was cut off is not known here.
  recount();
  counts_told_.reset();
  if (subscription_->follow_from(position)) return wake();
  start_catching_up();
}

void LiveSession::start_catching_up() {
  phase_ = Phase::CatchingUp;
  boost::asio::post(edge().catch_up_workers, [self = shared_from_this(), this, viewer = viewer_,
                                              cursor = cursor_, strand = executor()] {
    auto result = std::make_shared<CaughtUp>(
        catch_up(*edge().options.projector, viewer, cursor,
                 {.batch_bytes_max = edge().options.hub.batch_bytes_max}));
    boost::asio::post(strand, [self, this, result] {
      if (socket()) caught_up(std::move(*result));
    });
  });
}

void LiveSession::caught_up(CaughtUp result) {
  phase_ = Phase::Live;
  if (resume_next_) return resume(*std::exchange(resume_next_, std::nullopt));
  if (account_changed(*edge().directory())) return wake();
  if (result.too_much) return resync();
  const LiveBatch& batch = *result.batch;
  more_after_ready_ = batch.to < result.position;
  ChangesFrame frame(edge().options.hub.batch_bytes_max);
  // The counts come with the last frame: they are as of the views' position.
  counts_at_ = result.position;
  follow(batch, frame);
  cursor_ = batch.to;
  std::optional<projections::InboxCounts> counts;
  if (!more_after_ready_) {
    counts_ = result.counts;
    counts = new_counts();
  }
  if (!frame.empty() || counts) ready_ = frame.finish(cursor_, counts);
  if (more_after_ready_) {
    if (!ready_) start_catching_up();
  } else if (!subscription_->follow_from(cursor_)) {
    // Meanwhile the ring has turned over.
    more_after_ready_ = ready_ != nullptr;
    if (!ready_) start_catching_up();
  }
  wake();
}

bool LiveSession::settle() {
  cursor_ = subscription_->follow_now();
  // Read after the cursor was taken, so that it is not older.
  const events::Directory directory = edge().directory();
  const events::Operator* account = directory->operator_of(viewer_.id);
  if (account == nullptr || !account->active) {
    socket()->close(signed_out, "the account may not sign in any more");
    return false;
  }
  viewer_ = events::Viewer::of(*account);
  subscription_->change_viewer(viewer_);
  recount();
  // What was published meanwhile was not marked for the account as it is now.
  if (!subscription_->follow_from(cursor_)) start_catching_up();
  return true;
}

void LiveSession::resync() {
  phase_ = Phase::Live;
  resuming_ = false;
  counts_told_.reset();
  ready_ = nullptr;
  more_after_ready_ = false;
  if (!settle()) return;
  answer(resync_frame(cursor_));
  hold();
}

bool LiveSession::account_changed(const events::DirectoryState& directory) {
  const events::Operator* account = directory.operator_of(viewer_.id);
  if (account != nullptr && account->active && account->access_changed <= cursor_) return false;
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
  ask(key, id, std::move(body));
}

void LiveSession::ask(std::string key, const events::ConversationId& id, CallBody body) {
  const auto viewer = edge().viewer_now(viewer_.id);
  if (!viewer) return socket()->close(signed_out, "the account may not sign in any more");
  const CallName name = body.name;
  actors::Idempotency idempotency{key, fingerprint_of(id, body)};
  auto prepared = to_command(id, std::move(body), *viewer, *edge().options.projector);
  if (!prepared) return refuse(key, prepared.error());
  command_begun();
  edge().options.runtime->ask(
      id, *viewer, std::move(idempotency), std::move(prepared->command),
      [self = shared_from_this(), this, name, key = std::move(key), strand = executor(),
       instead = std::move(prepared->instead_of_invalid)](
          events::Result<actors::ConversationOutcome> result) mutable {
        boost::asio::post(strand,
                          [self, this, name, key = std::move(key), instead = std::move(instead),
                           result = std::move(result)]() mutable {
                            answered(key, name, std::move(result), instead);
                          });
      });
}

void LiveSession::answered(const std::string& key, CallName name,
                           events::Result<actors::ConversationOutcome> result,
                           const std::optional<events::Error>& instead_of_invalid) {
  command_finished();
  edge().metrics.command(command_name(name), result);
  if (!socket()) return;
  if (!result) {
    const bool invalid = result.error().code == events::ErrorCode::Invalid;
    return refuse(key, invalid && instead_of_invalid ? *instead_of_invalid : result.error());
  }
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
  const events::Directory directory = edge().directory();
  const events::Operator* account = directory->operator_of(viewer->id);
  json::object named{{"id", viewer->id.to_string()}, {"name", account->name}};
  json::object name_only{{"name", account->name}};
  edge().hub.relay(std::make_shared<const TypingNote>(
      TypingNote{id, state->facts, state->contact_id, viewer->id,
                 typing_frame(id, "operator", std::move(named)),
                 typing_frame(id, "operator", std::move(name_only))}));
}

}  // namespace bitacora::http
