// Which bytes of a file a request asks for: the header Range of RFC 9110, section 14, and the
// conditions that go with it. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"

namespace bitacora::http {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// nullopt: the whole file, for a request without Range, with one of another form or of several
// ranges, or with an If-Range that is not this ETag. RangeNotSatisfiable when it begins past the
// end.
events::Result<std::optional<ByteRange>> byte_range(const Request& request, std::string_view etag,
                                                    std::uint64_t size_bytes);

// Whether the client has it already: If-None-Match names the ETag; weak comparison.
bool is_known(const Request& request, std::string_view etag);

}  // namespace bitacora::http
