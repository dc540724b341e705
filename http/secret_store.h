// Secrets: password hashes, hashes of session tokens, and the key that visitors' tokens are signed
// with. They are no events, so that they can be changed and erased. One small RocksDB database in
// <data>/secrets/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/error.h"
#include "events/ids.h"

namespace bitacora::http {

struct Session {
  events::OperatorId operator_id;
  events::Instant created_at;
};

struct OpenedSession {
  // 32 random bytes, base64url.
  std::string token;
  // SHA-256 of the token of the account's oldest session, when that ended because there were
  // limits::sessions_per_operator_max; else empty.
  std::string displaced_hash{};
};

// Whether it may be somebody's: Invalid when it is out of bounds.
events::Result<void> check_new_password(std::string_view password);

// All functions are thread-safe. Those that say so block for long: call them on a worker thread.
class SecretStore {
 public:
  static events::Result<std::unique_ptr<SecretStore>> open(const std::filesystem::path& folder);
  virtual ~SecretStore() = default;

  // How often all sessions of the operator have been ended, since the start. Answers from memory.
  // Whoever looks at a password and goes on by it names what it was before: BadCredentials when the
  // sessions were ended meanwhile, so that a password that was just replaced opens nothing.
  using Endings = std::uint64_t;
  virtual Endings endings(const events::OperatorId& id) = 0;

  // Argon2id (libsodium, interactive limits: 64 MiB). Synced. Blocks for tens of milliseconds.
  // Ends all sessions of the operator. Invalid when out of bounds.
  virtual events::Result<void> set_password(const events::OperatorId& id, std::string_view password,
                                            std::optional<Endings> as_of = std::nullopt) = 0;
  // Takes as long for an operator that does not exist (nullopt) or has no password as for a wrong
  // password. Blocks for tens of milliseconds.
  virtual bool check_password(const std::optional<events::OperatorId>& id,
                              std::string_view password) = 0;

  // Only the token's SHA-256 is stored. Synced.
  virtual events::Result<OpenedSession> open_session(
      const events::OperatorId& id, events::Instant now,
      std::optional<Endings> as_of = std::nullopt) = 0;
  // Answers from memory. nullopt when unknown, ended or older than limits::session_lifetime.
  virtual std::optional<Session> find_session(std::string_view token, events::Instant now) = 0;
  virtual events::Result<void> end_session(std::string_view token) = 0;
  virtual events::Result<void> end_sessions(const events::OperatorId& id) = 0;

  // A visitor's token: the contact's id and an HMAC-SHA-512-256 under the store's key, base64url.
  // The same contact always gets the same token, so that a repeated registration is answered alike.
  virtual std::string visitor_token(const events::ContactId& id) = 0;
  virtual std::optional<events::ContactId> check_visitor_token(std::string_view token) = 0;
};

}  // namespace bitacora::http
