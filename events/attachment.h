// An attachment: a file or a recording that belongs to one message or to one quick reply.
//
// Its stream is what makes it belong to one of them alone: the first event names where it belongs,
// and is appended together with the message or the quick reply, on the condition that the stream
// does not exist. Its bytes are a blob, and no event.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/ids.h"

namespace bitacora::events {

using Sha256 = std::array<std::uint8_t, 32>;

// What is known of the file when it is attached. A plain value.
struct Attachment {
  AttachmentId id;
  // As its sender called it, 1 to limits::attachment_name_code_points_max code points.
  std::string name;
  std::string mime;  // by its content, "application/pdf"
  std::uint64_t size_bytes = 0;
  Sha256 sha256{};
  friend bool operator==(const Attachment&, const Attachment&) = default;
};

// --- Events -----------------------------------------------------------------------------------

// The first event: where it belongs, for ever. Exactly one of the two ids is set.
struct AttachmentAttached {
  Attachment attachment;
  std::optional<ConversationId> conversation_id{};
  std::optional<QuickReplyId> quick_reply_id{};
  bool voice = false;  // a recording made to be heard, not a file
  friend bool operator==(const AttachmentAttached&, const AttachmentAttached&) = default;
};

enum class ExaminationOutcome : std::uint8_t { Done, Failed };
// "done", "failed".
std::string_view examination_outcome_name(ExaminationOutcome outcome);

// The second and last event: what was found by looking into it.
struct AttachmentExamined {
  ExaminationOutcome outcome{};
  bool thumbnail = false;  // there is one
  // Of what can be heard: how long, and how loud, 0 to 100, at most limits::waveform_peaks_max.
  std::optional<std::uint64_t> duration_ms{};
  std::vector<std::uint8_t> waveform{};
  bool renditions = false;  // there are some for every receiver
  std::string reason{};     // with Failed: why, for a person
  friend bool operator==(const AttachmentExamined&, const AttachmentExamined&) = default;
};

using AttachmentEvent = std::variant<AttachmentAttached, AttachmentExamined>;

}  // namespace bitacora::events
