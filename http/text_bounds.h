// How long the names in bodies may be that several calls take.
#pragma once

#include "events/limits.h"
#include "http/json.h"

namespace bitacora::http {

// Of people and departments, as they are shown.
inline constexpr TextBounds name_bounds{.max = events::limits::name_code_points_max};
// Of departments and accounts, as addresses and sign-in have them.
inline constexpr TextBounds slug_bounds{.max = events::limits::slug_bytes_max};

}  // namespace bitacora::http
