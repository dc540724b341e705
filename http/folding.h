// Text as a search compares it: without regard to accents and case.
#pragma once

#include <string>
#include <string_view>

namespace bitacora::http {

// "ÁRBOL Ñandú" becomes "arbol nandu": decomposed (Unicode's NFKD), without the marks, case folded.
// Of UTF-8; pure and thread-safe.
std::string folded(std::string_view text);

}  // namespace bitacora::http
