// What a message says: read the same way from the bodies of operators and contacts, told apart by
// the same fingerprint, and its file looked up. Free of both transports.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/conversation.h"
#include "events/event.h"
#include "http/finished_uploads.h"
#include "http/json.h"

namespace bitacora::http {

// As somebody wrote it: a text, a file with its caption, or a recording.
struct WrittenMessage {
  std::string text{};  // with a file: the caption
  std::optional<events::AttachmentId> attachment_id{};
  bool voice = false;
};

// Reads the members that go with the kinds text, attachment and voice; false for any other kind.
bool read_written(WrittenMessage& message, std::string_view kind, JsonReader& reader);
// Refuses the member "kind", which is none of `kinds`, and nothing else: what members there may be
// depends on it.
void refuse_kind(JsonReader& reader, std::string_view kinds);

// What is to go into the fingerprint besides the text. Nothing without a file, so that a message
// that was sent before there were any is still the same one.
void add_file_parts(std::vector<std::string>& parts, const WrittenMessage& message);

// The content to send; and what is wrong when its file is not there for this person, or is not of
// the kind that it is sent as.
struct FoundContent {
  events::MessageContent content;
  std::optional<events::Error> flaw{};
};

// `uploads` may be null: then there is no file.
FoundContent find_content(WrittenMessage message, const events::Who& who,
                          const FinishedUploads* uploads);

// A file that has arrived, as the log knows it. NoSuchAttachment when it is not there for this
// person, AttachmentUsed when they have sent it before, NotAccepted when it is a recording and
// should be none, or the other way round.
events::Result<events::Attachment> find_attachment(const events::AttachmentId& id,
                                                   const events::Who& who, bool voice,
                                                   const FinishedUploads* uploads);

}  // namespace bitacora::http
