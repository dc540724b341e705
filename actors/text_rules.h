// What may be written where: lengths in code points, valid UTF-8, one line where one is shown.
// Pure and thread-safe. Every refusal is Invalid, and `what` names the member in its detail.
#pragma once

#include <string_view>

#include "events/error.h"

namespace bitacora::actors {

// A message or the text of a quick reply: 1 to limits::message_code_points_max, several lines.
events::Result<void> check_message_text(std::string_view text, std::string_view what);

// A name or a title: 1 to limits::name_code_points_max, without control characters, not blank.
events::Result<void> check_name(std::string_view text, std::string_view what);

// The note of a transfer: 0 to limits::note_code_points_max, several lines.
events::Result<void> check_note(std::string_view text);

// A department's slug or a channel's name: 1 to limits::slug_bytes_max of [a-z0-9-].
events::Result<void> check_slug(std::string_view text, std::string_view what);

// A username: as a slug, with dots and underscores besides.
events::Result<void> check_username(std::string_view text);

}  // namespace bitacora::actors
