#include "http/secret_store.h"

#include <rocksdb/db.h>
#include <sodium.h>

#include <array>
#include <map>
#include <set>
#include <shared_mutex>
#include <unordered_map>

#include "events/durable_files.h"
#include "events/limits.h"
#include "events/text.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;
using events::Error;
using events::ErrorCode;
using events::Instant;
using events::OperatorId;
using events::Result;

// Keys of the database; docs/STORAGE.md has the values.
constexpr std::string_view password_prefix = "password/";  // + 16 bytes of the operator's id
constexpr std::string_view session_prefix = "session/";    // + 32 bytes of the token's SHA-256
constexpr std::string_view visitor_key_name = "key/visitor";
constexpr std::string_view decoy_name = "decoy";

using TokenHash = std::array<std::uint8_t, crypto_hash_sha256_BYTES>;
using VisitorKey = std::array<std::uint8_t, crypto_auth_KEYBYTES>;
using VisitorTag = std::array<std::uint8_t, crypto_auth_BYTES>;

struct HashOfTokenHash {
  std::size_t operator()(const TokenHash& hash) const {
    std::size_t head = 0;
    std::memcpy(&head, hash.data(), sizeof head);
    return head;
  }
};

template <class Bytes>
std::string as_text(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class Bytes>
bool from_text(std::string_view text, Bytes& bytes) {
  if (text.size() != bytes.size()) {
    return false;
  }
  std::memcpy(bytes.data(), text.data(), text.size());
  return true;
}

std::string base64url(const std::uint8_t* bytes, std::size_t size) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(size, variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, variant);
  text.pop_back();  // the terminating zero
  return text;
}

TokenHash hash_of(std::string_view token) {
  TokenHash hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size());
  return hash;
}

std::string password_hash(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int failed =
      crypto_pwhash_str(text.data(), password.data(), password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);
  BITACORA_INVARIANT(failed == 0, "no memory for a password's hash");
  return text.data();
}

// 16 bytes of the operator's id, then 8 of the time, milliseconds, big-endian.
std::string encode_session(const Session& session) {
  std::string text = as_text(session.operator_id.bytes());
  const auto created_ms = static_cast<std::uint64_t>(session.created_at.unix_ms());
  for (int shift = 56; shift >= 0; shift -= 8) {
    text += static_cast<char>((created_ms >> shift) & 0xFFU);
  }
  return text;
}

std::optional<Session> decode_session(std::string_view text) {
  events::UuidBytes id{};
  if (text.size() != id.size() + 8 || !from_text(text.substr(0, id.size()), id)) {
    return std::nullopt;
  }
  std::uint64_t created_ms = 0;
  for (const char byte : text.substr(id.size())) {
    created_ms = created_ms << 8U | static_cast<std::uint8_t>(byte);
  }
  return Session{OperatorId(id), Instant::from_unix_ms(static_cast<std::int64_t>(created_ms))};
}

bool is_over(const Session& session, Instant now) {
  return session.created_at.plus_ms(std::chrono::milliseconds(limits::session_lifetime).count()) <=
         now;
}

Error unavailable(const rocksdb::Status& status) {
  return events::error(ErrorCode::Unavailable, "the secrets cannot be used: " + status.ToString());
}

class RocksdbSecretStore final : public SecretStore {
 public:
  explicit RocksdbSecretStore(std::unique_ptr<rocksdb::DB> database)
      : database_(std::move(database)) {}

  Result<void> load();

  Endings endings(const OperatorId& id) override;
  Result<void> set_password(const OperatorId& id, std::string_view password,
                            std::optional<Endings> as_of) override;
  bool check_password(const std::optional<OperatorId>& id, std::string_view password) override;
  Result<OpenedSession> open_session(const OperatorId& id, Instant now,
                                     std::optional<Endings> as_of) override;
  std::optional<Session> find_session(std::string_view token, Instant now) override;
  Result<void> end_session(std::string_view token) override;
  Result<void> end_sessions(const OperatorId& id) override;
  std::string visitor_token(const events::ContactId& id) override;
  std::optional<events::ContactId> check_visitor_token(std::string_view token) override;

 private:
  // The sessions of one operator, oldest first.
  using Held = std::set<std::pair<Instant, TokenHash>>;

  Result<std::string> read_or_make(std::string_view name, const std::function<std::string()>& make);
  Result<void> write(rocksdb::WriteBatch& batch);
  void remember(const TokenHash& hash, const Session& session);
  void forget(const TokenHash& hash);
  // Of all the operator's sessions, written into the batch and taken from memory once it is stored.
  Result<void> remove_sessions(const OperatorId& id, rocksdb::WriteBatch& batch);
  // While nobody else writes.
  [[nodiscard]] Result<void> check_endings(const OperatorId& id, std::optional<Endings> as_of);
  [[nodiscard]] VisitorTag visitor_tag(const events::UuidBytes& id) const;

  std::unique_ptr<rocksdb::DB> database_;
  VisitorKey visitor_key_{};
  // The hash of a password that nobody has.
  std::string decoy_;
  // One change at a time, so that memory and disk agree; reading needs only the mutex below.
  std::mutex writing_;
  std::shared_mutex mutex_;
  std::unordered_map<TokenHash, Session, HashOfTokenHash> sessions_;
  std::map<OperatorId, Held> held_;
  std::map<OperatorId, Endings> endings_;
};

std::string key_of(std::string_view prefix, const auto& bytes) {
  return std::string(prefix) + as_text(bytes);
}

Result<std::string> RocksdbSecretStore::read_or_make(std::string_view name,
                                                     const std::function<std::string()>& make) {
  std::string value;
  const rocksdb::Status read = database_->Get(rocksdb::ReadOptions(), rocksdb::Slice(name), &value);
  if (read.ok()) {
    return value;
  }
  if (!read.IsNotFound()) {
    return unavailable(read);
  }
  value = make();
  rocksdb::WriteBatch batch;
  batch.Put(rocksdb::Slice(name), value);
  if (auto written = write(batch); !written) {
    return written.error();
  }
  return value;
}

Result<void> RocksdbSecretStore::load() {
  auto key = read_or_make(visitor_key_name, [] {
    VisitorKey fresh;
    crypto_auth_keygen(fresh.data());
    return as_text(fresh);
  });
  if (!key) {
    return key.error();
  }
  if (!from_text(*key, visitor_key_)) {
    return events::error(ErrorCode::Corrupt, "the key of the visitors' tokens is not of its size");
  }
  auto decoy = read_or_make(decoy_name, [] {
    std::array<char, 32> nobodys{};
    randombytes_buf(nobodys.data(), nobodys.size());
    return password_hash({nobodys.data(), nobodys.size()});
  });
  if (!decoy) {
    return decoy.error();
  }
  decoy_ = *std::move(decoy);

  const Instant now = events::SystemClock().now();
  rocksdb::WriteBatch over;
  const std::unique_ptr<rocksdb::Iterator> row(database_->NewIterator(rocksdb::ReadOptions()));
  for (row->Seek(rocksdb::Slice(session_prefix));
       row->Valid() && row->key().starts_with(rocksdb::Slice(session_prefix)); row->Next()) {
    TokenHash hash;
    const auto session = decode_session(row->value().ToStringView());
    if (!session || !from_text(row->key().ToStringView().substr(session_prefix.size()), hash)) {
      return events::error(ErrorCode::Corrupt, "a stored session is not of its form");
    }
    if (is_over(*session, now)) {
      over.Delete(row->key());
    } else {
      remember(hash, *session);
    }
  }
  if (!row->status().ok()) {
    return unavailable(row->status());
  }
  return write(over);
}

Result<void> RocksdbSecretStore::write(rocksdb::WriteBatch& batch) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const rocksdb::Status written = database_->Write(synced, &batch);
  return written.ok() ? Result<void>() : unavailable(written);
}

void RocksdbSecretStore::remember(const TokenHash& hash, const Session& session) {
  const std::lock_guard lock(mutex_);
  sessions_.emplace(hash, session);
  held_[session.operator_id].emplace(session.created_at, hash);
}

void RocksdbSecretStore::forget(const TokenHash& hash) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end()) {
    return;
  }
  const auto held = held_.find(found->second.operator_id);
  held->second.erase({found->second.created_at, hash});
  if (held->second.empty()) {
    held_.erase(held);
  }
  sessions_.erase(found);
}

Result<void> RocksdbSecretStore::remove_sessions(const OperatorId& id, rocksdb::WriteBatch& batch) {
  Held held;
  {
    const std::shared_lock lock(mutex_);
    const auto found = held_.find(id);
    if (found != held_.end()) {
      held = found->second;
    }
  }
  for (const auto& [created_at, hash] : held) {
    batch.Delete(key_of(session_prefix, hash));
  }
  if (auto written = write(batch); !written) {
    return written;
  }
  for (const auto& [created_at, hash] : held) {
    forget(hash);
  }
  const std::lock_guard lock(mutex_);
  ++endings_[id];
  return {};
}

Result<void> RocksdbSecretStore::check_endings(const OperatorId& id, std::optional<Endings> as_of) {
  if (!as_of || *as_of == endings(id)) {
    return {};
  }
  return events::error(ErrorCode::BadCredentials, "The password was changed meanwhile.");
}

SecretStore::Endings RocksdbSecretStore::endings(const OperatorId& id) {
  const std::shared_lock lock(mutex_);
  const auto found = endings_.find(id);
  return found == endings_.end() ? 0 : found->second;
}

Result<void> RocksdbSecretStore::set_password(const OperatorId& id, std::string_view password,
                                              std::optional<Endings> as_of) {
  if (auto good = check_new_password(password); !good) return good;
  const std::string hash = password_hash(password);
  const std::lock_guard one_change(writing_);
  if (auto current = check_endings(id, as_of); !current) {
    return current;
  }
  rocksdb::WriteBatch batch;
  batch.Put(key_of(password_prefix, id.bytes()), hash);
  return remove_sessions(id, batch);
}

bool RocksdbSecretStore::check_password(const std::optional<OperatorId>& id,
                                        std::string_view password) {
  std::string stored;
  bool can_match = id.has_value() && password.size() <= limits::password_bytes_max;
  if (can_match) {
    can_match =
        database_->Get(rocksdb::ReadOptions(), key_of(password_prefix, id->bytes()), &stored).ok();
  }
  const std::string& hash = can_match ? stored : decoy_;
  const std::string_view tried = password.substr(0, limits::password_bytes_max);
  const bool matches = crypto_pwhash_str_verify(hash.c_str(), tried.data(), tried.size()) == 0;
  return matches && can_match;
}

Result<OpenedSession> RocksdbSecretStore::open_session(const OperatorId& id, Instant now,
                                                       std::optional<Endings> as_of) {
  std::array<std::uint8_t, 32> random;
  randombytes_buf(random.data(), random.size());
  OpenedSession opened{base64url(random.data(), random.size())};
  const TokenHash hash = hash_of(opened.token);
  const Session session{id, now};

  const std::lock_guard one_change(writing_);
  if (auto current = check_endings(id, as_of); !current) {
    return current.error();
  }
  std::optional<TokenHash> oldest;
  {
    const std::shared_lock lock(mutex_);
    const auto held = held_.find(id);
    if (held != held_.end() && held->second.size() >= limits::sessions_per_operator_max) {
      oldest = held->second.begin()->second;
    }
  }
  rocksdb::WriteBatch batch;
  batch.Put(key_of(session_prefix, hash), encode_session(session));
  if (oldest) {
    batch.Delete(key_of(session_prefix, *oldest));
  }
  if (auto written = write(batch); !written) {
    return written.error();
  }
  if (oldest) {
    forget(*oldest);
    opened.displaced_hash.assign(oldest->begin(), oldest->end());
  }
  remember(hash, session);
  return opened;
}

std::optional<Session> RocksdbSecretStore::find_session(std::string_view token, Instant now) {
  const TokenHash hash = hash_of(token);
  const std::shared_lock lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end() || is_over(found->second, now)) {
    return std::nullopt;
  }
  return found->second;
}

Result<void> RocksdbSecretStore::end_session(std::string_view token) {
  const TokenHash hash = hash_of(token);
  const std::lock_guard one_change(writing_);
  rocksdb::WriteBatch batch;
  batch.Delete(key_of(session_prefix, hash));
  if (auto written = write(batch); !written) {
    return written;
  }
  forget(hash);
  return {};
}

Result<void> RocksdbSecretStore::end_sessions(const OperatorId& id) {
  const std::lock_guard one_change(writing_);
  rocksdb::WriteBatch batch;
  return remove_sessions(id, batch);
}

VisitorTag RocksdbSecretStore::visitor_tag(const events::UuidBytes& id) const {
  VisitorTag tag;
  crypto_auth(tag.data(), id.data(), id.size(), visitor_key_.data());
  return tag;
}

std::string RocksdbSecretStore::visitor_token(const events::ContactId& id) {
  const std::string bytes = as_text(id.bytes()) + as_text(visitor_tag(id.bytes()));
  return base64url(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::optional<events::ContactId> RocksdbSecretStore::check_visitor_token(std::string_view token) {
  std::array<std::uint8_t, sizeof(events::UuidBytes) + crypto_auth_BYTES> bytes;
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes.data(), bytes.size(), token.data(), token.size(), nullptr, &size,
                        &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      size != bytes.size() || end != token.data() + token.size()) {
    return std::nullopt;
  }
  events::UuidBytes id;
  std::memcpy(id.data(), bytes.data(), id.size());
  if (crypto_auth_verify(bytes.data() + id.size(), id.data(), id.size(), visitor_key_.data()) !=
      0) {
    return std::nullopt;
  }
  return events::ContactId(id);
}

}  // namespace

Result<void> check_new_password(std::string_view password) {
  if (password.size() <= limits::password_bytes_max && events::is_utf8(password) &&
      events::code_points(password) >= limits::password_code_points_min) {
    return {};
  }
  return events::error(
      ErrorCode::Invalid,
      "A password has at least " + std::to_string(limits::password_code_points_min) +
          " characters and at most " + std::to_string(limits::password_bytes_max) + " bytes.");
}

Result<std::unique_ptr<SecretStore>> SecretStore::open(const std::filesystem::path& folder) {
  if (sodium_init() < 0) {
    return events::error(ErrorCode::Unavailable, "libsodium cannot be used on this machine");
  }
  const auto made = events::make_folders_durably(folder);
  if (!made) return made.error();
  // Hashes are no business of other accounts of the machine.
  std::error_code failed;
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
  if (failed) {
    return events::error(ErrorCode::Unavailable,
                         "cannot use " + folder.string() + ": " + failed.message());
  }
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = 1024ul * 1024;
  options.max_open_files = 64;
  options.keep_log_file_num = 2;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  rocksdb::DB* database = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(options, folder.string(), &database);
  if (!opened.ok()) {
    return events::error(opened.IsCorruption() ? ErrorCode::Corrupt : ErrorCode::Unavailable,
                         "cannot open " + folder.string() + ": " + opened.ToString());
  }
  auto store = std::make_unique<RocksdbSecretStore>(std::unique_ptr<rocksdb::DB>(database));
  if (auto loaded = store->load(); !loaded) {
    return loaded.error();
  }
  return std::unique_ptr<SecretStore>(std::move(store));
}

}  // namespace bitacora::http
