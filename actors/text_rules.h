// What may be written where: lengths in code points, valid UTF-8, one line where one is shown.
// Pure and thread-safe. Every refusal is Invalid unless it is said otherwise, and `what` names the
// member in its detail.
#pragma once

#include <string_view>

#include "events/conversation.h"
#include "events/error.h"

namespace bitacora::actors {

// A message or the text of a quick reply: 1 to limits::message_code_points_max, several lines.
events::Result<void> check_message_text(std::string_view text, std::string_view what);

// What somebody sends: a text, or an attachment with a caption (CaptionTooLong past its bound), or
// a recording, which has none.
events::Result<void> check_content(const events::MessageContent& content);

// What is known of a file: a name of 1 to limits::attachment_name_code_points_max, a media type.
events::Result<void> check_attachment(const events::Attachment& attachment);

// What an examination found: as many peaks as limits::waveform_peaks_max, each up to 100, and a
// reason of valid UTF-8.
events::Result<void> check_examination(const events::AttachmentExamined& examined);

// A site: "https://" or "http://", a host in lower case, a port unless it is the scheme's own; as
// browsers write it in the header Origin.
events::Result<void> check_origin(std::string_view text);

// A name or a title: 1 to limits::name_code_points_max, without control characters, not blank.
events::Result<void> check_name(std::string_view text, std::string_view what);

// The note of a transfer: 0 to limits::note_code_points_max, several lines.
events::Result<void> check_note(std::string_view text);

// A department's slug or a channel's name: 1 to limits::slug_bytes_max of [a-z0-9-].
events::Result<void> check_slug(std::string_view text, std::string_view what);

// A username: as a slug, with dots and underscores besides.
events::Result<void> check_username(std::string_view text);

}  // namespace bitacora::actors
