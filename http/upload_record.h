// What is known of an upload besides its bytes, as it stands in <id>.json beside them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/event.h"
#include "http/attachment_rules.h"

namespace bitacora::http {

// A plain value.
struct UploadRecord {
  events::AttachmentId id;
  events::Who owner;
  std::string name;
  ClaimedKind kind;
  std::uint64_t length = 0;
  // When it is let go, unless it is finished, or taken, before.
  events::Instant expires_at;
  // The Idempotency-Key that it was made with; empty: none.
  std::string key{};
  // Of the whole file, once it is finished.
  std::optional<events::Sha256> sha256{};

  friend bool operator==(const UploadRecord&, const UploadRecord&) = default;
};

std::string encode_upload_record(const UploadRecord& record);
// Corrupt when it is not of that form.
events::Result<UploadRecord> decode_upload_record(std::string_view json);

}  // namespace bitacora::http
