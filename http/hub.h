// The hub: what was announced lately, kept for the live sockets, and who is to be woken by it.
//
// Invariants:
//   B1  The ring holds consecutive batches: each begins where the one before ends, and the last
//       ends at position().
//   B2  A subscriber that is not marked has seen, or need not see, every batch of the ring: no
//       change after its mark, and none without a mark, can be seen by its viewer.
//   B3  A subscriber costs a mark, however slow it is. When its mark falls off the ring it is told
//       that it lost its place, and catches up from the views.
//
// All functions are thread-safe and short; publish() renders what it is given before it takes the
// lock.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/limits.h"
#include "http/live_batch.h"
#include "http/socket.h"

namespace bitacora::http {

// Somebody types in a conversation.
struct TypingNote {
  events::ConversationId conversation_id;
  // As of then; a session asks again when it writes the frame.
  events::ConversationFacts facts;
  events::ContactId contact_id;
  // Who types; unset: the contact.
  std::optional<events::OperatorId> operator_id{};
  Frame frame;            // for operators
  Frame contact_frame{};  // for the contact; null when it was the contact who typed
};

// A live session, as the hub calls it: from any thread, so a session posts to its own strand.
class LiveListener {
 public:
  virtual ~LiveListener() = default;
  // Something may have changed that the session should look at. Cheap; never while the hub is
  // locked.
  virtual void woken() = 0;
  virtual void typing(std::shared_ptr<const TypingNote> note) = 0;
  // The session has to end: with 4401, its account may not go on.
  virtual void ended(std::uint16_t code, std::string reason) = 0;
};

struct HubOptions {
  std::size_t entries_max = events::limits::hub_ring_entries_max;
  std::size_t bytes_max = events::limits::hub_ring_bytes_max;
};

struct HubFigures {
  std::size_t subscribers = 0;
  std::size_t ring_entries = 0;
  std::size_t ring_bytes = 0;
  std::uint64_t lost_places_total = 0;
};

class Hub {
 public:
  // A place in the hub; leaves it when destroyed. Of one session, used on its strand.
  class Subscription;

  // Batches are announced from `position` on.
  explicit Hub(events::Position position, HubOptions options = {});
  ~Hub();

  // One that is up to position() at most is ignored. After one that does not begin there everybody
  // catches up from the views. One thread: the projector's.
  void publish(const projections::Announcement& announcement);
  // Everything up to here has been published.
  [[nodiscard]] events::Position position() const;

  // Subscribed from position() on.
  std::unique_ptr<Subscription> subscribe(std::weak_ptr<LiveListener> listener,
                                          const events::Viewer& viewer,
                                          std::string session_token_hash);
  std::unique_ptr<Subscription> subscribe(std::weak_ptr<LiveListener> listener,
                                          const events::ContactId& contact);

  // Sessions that may have to do with the note are told.
  void relay(std::shared_ptr<const TypingNote> note);

  // Ends the live sessions of a session token, or of an account.
  void end_session(std::string_view session_token_hash, const std::string& reason);
  void end_account(const events::OperatorId& id, const std::string& reason);

  // Waits until position() has reached `wanted`; false when it has not after `timeout`. Resumes on
  // the caller's executor, which has to be a strand.
  boost::asio::awaitable<bool> reached(events::Position wanted, std::chrono::milliseconds timeout);

  [[nodiscard]] HubFigures figures() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// What a subscriber has before it.
struct Backlog {
  // Consecutive, from the subscriber's mark on, and all that the ring has: what is in sight after
  // the last of them may be shown.
  std::vector<LiveBatchPtr> batches;
  // Of the first of them.
  std::uint64_t sequence = 0;
  // The hub's position: when all of the batches have been looked at, everything up to here has
  // been.
  events::Position up_to;
  // The mark fell off the ring: nothing of the above is set.
  bool lost = false;
};

class Hub::Subscription {
 public:
  Subscription(std::shared_ptr<State> state, std::uint64_t id);
  ~Subscription();
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

  // What is there since the mark; the mark moves behind it.
  Backlog take();
  // The batches from `sequence` on were not looked at after all: the mark moves back to there.
  void give_back(std::uint64_t sequence);
  // Puts the mark at `position`: take() gives what came after. False when the ring does not go back
  // that far, or no batch ends there; then the mark stays.
  bool follow_from(events::Position position);
  // Forgets what is before position(), and gives that.
  events::Position follow_now();
  // The account as it is from now on.
  void change_viewer(const events::Viewer& viewer);

 private:
  std::shared_ptr<State> state_;
  std::uint64_t id_;
};

}  // namespace bitacora::http
