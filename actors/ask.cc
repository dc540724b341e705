#include "actors/ask.h"

#include <spdlog/spdlog.h>

#include "events/limits.h"

namespace bitacora::actors {

using events::ErrorCode;

namespace {

constexpr std::uint32_t overload_retry_after_s = 1;

}  // namespace

std::optional<events::CommandKey> key_of(const events::StreamId& scope, std::string_view whose,
                                         const std::optional<Idempotency>& idempotency) {
  if (!idempotency) return std::nullopt;
  return events::CommandKey{scope, std::string(whose) + '/' + idempotency->key,
                            idempotency->fingerprint};
}

std::optional<events::Error> Traffic::enter() {
  // The place is taken before the door is looked at, so that whoever closes it and then waits until
  // idle misses nobody.
  const std::size_t before = in_flight_.fetch_add(1);
  if (!open_.load()) {
    leave();
    return events::error(ErrorCode::Unavailable, "The server is stopping.");
  }
  if (before >= events::limits::commands_in_flight_max) {
    leave();
    events::Error error = events::error(ErrorCode::Overloaded, "Too many commands are under way.");
    error.retry_after_s = overload_retry_after_s;
    return error;
  }
  return std::nullopt;
}

void Traffic::leave() {
  in_flight_.fetch_sub(1);
  // Only while stopping does anybody wait.
  if (open_.load()) return;
  const std::lock_guard lock(mutex_);
  idle_.notify_all();
}

bool Traffic::wait_until_idle(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, timeout, [this] { return in_flight_.load() == 0; });
}

void log_callback_failure(const char* what) noexcept {
  try {
    spdlog::error("whoever waited for a command threw when it was answered: {}", what);
  } catch (...) {
    // There is nobody left to tell.
  }
}

events::Error outcome_unknown() {
  return events::error(ErrorCode::Unavailable,
                       "It is not known whether this happened; ask again with the same key.");
}

events::Who ConversationAsk::who() const {
  if (const auto* asks = std::get_if<ByOperator>(&by)) return events::Who::of(asks->operator_id);
  if (const auto* writes = std::get_if<ByContact>(&by)) return events::Who::of(writes->contact_id);
  return events::Who::system();
}

std::optional<events::CommandKey> ConversationAsk::command_key() const {
  if (!idempotency) return std::nullopt;
  return key_of(events::StreamId::of(conversation_id), who().to_string(), idempotency);
}

std::optional<events::CommandKey> RegisterAsk::command_key() const {
  // Independent of the contact, whose id is another at each try.
  return key_of(events::StreamId::of(events::ContactId()), registrar, idempotency);
}

std::optional<events::CommandKey> DirectoryAsk::command_key() const {
  return key_of(events::StreamId::directory(), who.to_string(), idempotency);
}

}  // namespace bitacora::actors
