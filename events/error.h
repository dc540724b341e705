// What can go wrong, as a value. A refusal of the business is an Error; an exception is a defect.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "events/ids.h"

namespace bitacora::events {

// Every refusal that a client or a tool can meet. http/problem.cc turns each into a status and a
// problem type in one table; a test holds that table complete.
enum class ErrorCode : std::uint8_t {
  // The request cannot be understood.
  BadRequest,
  MalformedJson,
  UnknownMember,
  Invalid,  // understood, but a value is out of bounds or of the wrong type
  CaptionTooLong,
  BadIdempotencyKey,
  IdempotencyKeyReused,
  PayloadTooLarge,
  HeadersTooLarge,
  UnsupportedMediaType,
  NotAccepted,       // a file whose content is not of an accepted format
  NoSuchAttachment,  // unknown, unfinished, somebody else's or expired
  NoSuchQuickReply,  // deleted meanwhile
  RangeNotSatisfiable,
  TusVersion,  // of the upload protocol
  RequestTimeout,
  // Who is asking.
  BadCredentials,
  Unauthenticated,
  TooManyAttempts,
  BadOrigin,
  Forbidden,
  // What it is about.
  NotFound,
  Gone,  // it has expired
  MethodNotAllowed,
  AlreadyClaimed,
  ConversationClosed,
  AttachmentUsed,  // it belongs to another message
  NoThumbnail,
  NoRendition,
  AlreadyExists,
  // The state of the server.
  VersionConflict,
  OffsetMismatch,  // an upload's
  UploadLocked,    // another request writes to it
  Lagging,
  Overloaded,
  StorageFull,
  Unavailable,  // the outcome is unknown: retry with the same key
  // Defects and damage.
  Corrupt,
  Internal,
};

// The kebab-case name of the problem type: "already-claimed".
std::string_view error_name(ErrorCode code);

// Every code there is, in order; for tables and their tests.
constexpr std::uint8_t error_code_count = static_cast<std::uint8_t>(ErrorCode::Internal) + 1;

struct OwnerName {
  OperatorId id;
  std::string name;
  friend bool operator==(const OwnerName&, const OwnerName&) = default;
};

struct Error {
  ErrorCode code{ErrorCode::Internal};
  // A sentence for a person, in English, without anything that the asker may not see.
  std::string detail;
  // With AlreadyClaimed: who has it.
  std::optional<OwnerName> owner{};
  // With TooManyAttempts, Overloaded, Lagging: when to try again, seconds.
  std::optional<std::uint32_t> retry_after_s{};
  // With NotAccepted: what the content is. With NoThumbnail and NoRendition: why, one word of the
  // contract's ("pending"). Empty otherwise.
  std::string found{};
  std::string reason{};
  // With PayloadTooLarge of a file: how large it may be.
  std::optional<std::uint64_t> size_bytes_max{};

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = boost::system::result<T, Error>;

inline Error error(ErrorCode code, std::string detail) { return Error{code, std::move(detail)}; }

// Called by boost::system::result when value() is asked of an error: a defect, so it aborts with
// the detail on standard error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

// A broken invariant: says where and what on standard error, and aborts.
[[noreturn]] void invariant_broken(std::string_view what, const char* file, int line);

}  // namespace bitacora::events

#define BITACORA_INVARIANT(condition, what)                             \
  do {                                                                  \
    if (!(condition)) {                                                 \
      ::bitacora::events::invariant_broken((what), __FILE__, __LINE__); \
    }                                                                   \
  } while (false)
