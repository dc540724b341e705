// SHA-256 as 64 lower-case hexadecimal digits. Pure and thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "events/event.h"

namespace bitacora::http {

std::string hash_text(const events::Sha256& hash);
std::optional<events::Sha256> parse_hash(std::string_view text);

}  // namespace bitacora::http
