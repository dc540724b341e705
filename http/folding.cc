#include "http/folding.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "events/error.h"

namespace bitacora::http {

std::string folded(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const decomposing = icu::Normalizer2::getNFKDInstance(status);
  BITACORA_INVARIANT(U_SUCCESS(status), "the tables of Unicode's normal forms are there");
  icu::UnicodeString whole = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  whole = decomposing->normalize(whole.foldCase(), status);
  icu::UnicodeString bare;
  for (std::int32_t i = 0; i < whole.length(); i = whole.moveIndex32(i, 1)) {
    const UChar32 point = whole.char32At(i);
    if (u_charType(point) != U_NON_SPACING_MARK) bare.append(point);
  }
  std::string utf8;
  return bare.toUTF8String(utf8);
}

}  // namespace bitacora::http
