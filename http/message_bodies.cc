#include "http/message_bodies.h"

#include <utility>

#include "events/limits.h"

namespace bitacora::http {

namespace limits = events::limits;
using events::ErrorCode;

bool read_written(WrittenMessage& message, std::string_view kind, JsonReader& reader) {
  if (kind == "text") {
    message.text = reader.text("text", {.max = limits::message_code_points_max});
    return true;
  }
  message.voice = kind == "voice";
  if (kind != "attachment" && !message.voice) return false;
  message.attachment_id = reader.id<events::AttachmentId>("attachment_id");
  if (!message.voice) {
    const TextBounds bounds{
        .min = 0, .max = limits::caption_code_points_max, .too_long = ErrorCode::CaptionTooLong};
    message.text = reader.optional_text("caption", bounds).value_or("");
  }
  return true;
}

void refuse_kind(JsonReader& reader, std::string_view kinds) {
  reader.refuse("kind", "is none of " + std::string(kinds));
  reader.allow_others();
}

void add_file_parts(std::vector<std::string>& parts, const WrittenMessage& message) {
  if (!message.attachment_id) return;
  parts.push_back(message.attachment_id->to_string());
  parts.emplace_back(message.voice ? "voice" : "attachment");
}

events::Result<events::Attachment> find_attachment(const events::AttachmentId& id,
                                                   const events::Who& who, bool voice,
                                                   const FinishedUploads* uploads) {
  const auto missing = [] {
    return events::error(ErrorCode::NoSuchAttachment,
                         "There is no finished upload of yours with this attachment_id.");
  };
  if (uploads == nullptr) return missing();
  const auto found = uploads->find_finished(id, who);
  if (!found) return found.error().code == ErrorCode::AttachmentUsed ? found.error() : missing();
  if (found->voice != voice) {
    auto error = events::error(ErrorCode::NotAccepted, voice ? "The file is no recording."
                                                             : "A recording goes as a voice.");
    error.found = found->mime;
    return error;
  }
  return events::Attachment{found->id, found->name, found->mime, found->size_bytes, found->sha256};
}

FoundContent find_content(WrittenMessage message, const events::Who& who,
                          const FinishedUploads* uploads) {
  FoundContent found;
  found.content.text = std::move(message.text);
  if (!message.attachment_id) return found;
  found.content.voice = message.voice;
  auto attachment = find_attachment(*message.attachment_id, who, message.voice, uploads);
  if (attachment) {
    found.content.attachment = *std::move(attachment);
  } else {
    found.flaw = attachment.error();
  }
  return found;
}

}  // namespace bitacora::http
