#include "events/error.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace bitacora::events {

namespace {

constexpr std::array<std::string_view, error_code_count> names{
    "bad-request",
    "malformed-json",
    "unknown-member",
    "invalid",
    "caption-too-long",
    "bad-idempotency-key",
    "idempotency-key-reused",
    "payload-too-large",
    "headers-too-large",
    "unsupported-media-type",
    "not-accepted",
    "no-such-attachment",
    "no-such-quick-reply",
    "range-not-satisfiable",
    "tus-version",
    "request-timeout",
    "bad-credentials",
    "unauthenticated",
    "too-many-attempts",
    "bad-origin",
    "forbidden",
    "not-found",
    "gone",
    "method-not-allowed",
    "already-claimed",
    "closed",
    "attachment-used",
    "no-thumbnail",
    "no-rendition",
    "already-exists",
    "version-conflict",
    "offset-mismatch",
    "upload-locked",
    "lagging",
    "overloaded",
    "storage-full",
    "unavailable",
    "corrupt",
    "internal",
};

}  // namespace

std::string_view error_name(ErrorCode code) { return names.at(static_cast<std::size_t>(code)); }

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  invariant_broken("a result was taken for a value: " + error.detail, where.file_name(),
                   static_cast<int>(where.line()));
}

void invariant_broken(std::string_view what, const char* file, int line) {
  std::fprintf(stderr, "bitacora: invariant broken at %s:%d: %.*s\n", file, line,
               static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace bitacora::events
