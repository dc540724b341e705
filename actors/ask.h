// A command on its way to its aggregate, together with the one who waits for the answer.
//
// Whatever happens to it on the way (its actor dies, its message is dropped), whoever asked is
// answered exactly once: a Reply that goes away unanswered answers Unavailable. Free of CAF.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "actors/commands.h"

namespace bitacora::actors {

// Counts the commands under way, so that they stay bounded and stop() can wait for them. Outlives
// every Reply. Thread-safe.
class Traffic {
 public:
  // Takes a place for one command; the error that it is refused with instead.
  std::optional<events::Error> enter();
  void leave();

  void close() { open_.store(false); }
  // Waits until no command is under way; false when there still is one at the timeout.
  bool wait_until_idle(std::chrono::milliseconds timeout);

  [[nodiscard]] std::size_t in_flight() const { return in_flight_.load(); }

 private:
  std::atomic<bool> open_{true};
  std::atomic<std::size_t> in_flight_{0};
  std::mutex mutex_;
  std::condition_variable idle_;
};

// Says a defect in a callback that must not throw.
void log_callback_failure(const char* what) noexcept;

events::Error outcome_unknown();

// Where an answer goes. Holds a place in the traffic until it is given.
template <class Outcome>
class Reply {
 public:
  using Done = std::function<void(events::Result<Outcome>)>;

  Reply(Done done, Traffic& traffic) : done_(std::move(done)), traffic_(&traffic) {}
  Reply(Reply&& other) noexcept
      : done_(std::exchange(other.done_, nullptr)), traffic_(other.traffic_) {}
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;
  Reply& operator=(Reply&&) = delete;
  ~Reply() {
    if (done_) give(outcome_unknown());
  }

  // The first answer counts, others do nothing.
  void give(events::Result<Outcome> outcome) noexcept {
    const Done done = std::exchange(done_, nullptr);
    if (!done) return;
    // The place is held until whoever asked has been told.
    try {
      done(std::move(outcome));
    } catch (const std::exception& failure) {
      log_callback_failure(failure.what());
    } catch (...) {
      log_callback_failure("an exception of no known type");
    }
    traffic_->leave();
  }

 private:
  Done done_;
  Traffic* traffic_;
};

struct ByOperator {
  events::OperatorId operator_id;
  ConversationCommand command;
};
struct ByContact {
  events::ContactId contact_id;
  ContactCommand command;
};
struct BySystem {
  ReleaseFrom command;
};

// The key of what `whose` asks, as the log keeps it; nullopt without an Idempotency-Key.
std::optional<events::CommandKey> key_of(const events::StreamId& scope, std::string_view whose,
                                         const std::optional<Idempotency>& idempotency);

// Asked of a conversation; what a contact asks goes to the contact first, which fills in the
// conversation.
struct ConversationAsk {
  events::ConversationId conversation_id;
  std::variant<ByOperator, ByContact, BySystem> by;
  std::optional<Idempotency> idempotency;
  Reply<ConversationOutcome> reply;

  [[nodiscard]] events::Who who() const;
  // As the log keeps it; nullopt without an Idempotency-Key.
  [[nodiscard]] std::optional<events::CommandKey> command_key() const;
};

// Of a contact that has just been given its id.
struct RegisterAsk {
  events::ContactId contact_id;
  std::string registrar;
  std::optional<Idempotency> idempotency;
  RegisterContact command;
  Reply<ContactOutcome> reply;

  [[nodiscard]] std::optional<events::CommandKey> command_key() const;
};

struct FindContactAsk {
  events::ContactId contact_id;
  Reply<ContactOutcome> reply;
};

// What was found in an attachment.
struct ExaminationAsk {
  events::AttachmentId attachment_id;
  events::AttachmentExamined examined;
  Reply<void> reply;
};

struct DirectoryAsk {
  events::Who who;
  std::optional<Idempotency> idempotency;
  DirectoryCommand command;
  Reply<DirectoryOutcome> reply;

  [[nodiscard]] std::optional<events::CommandKey> command_key() const;
};

}  // namespace bitacora::actors
