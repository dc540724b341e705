// The cursor of a page of conversations: the query that it continues, and the place of its last
// row. Opaque to clients: base64url of 42 bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "projections/inbox.h"
#include "projections/inbox_rows.h"

namespace bitacora::projections {

std::string encode_cursor(const InboxQuery& query, const inbox_rows::Place& last);
// Invalid when it is none, or of another query.
events::Result<inbox_rows::Place> decode_cursor(const InboxQuery& query);

}  // namespace bitacora::projections
