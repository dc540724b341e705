#include "projections/inbox_cursor.h"

#include <sodium.h>

#include <algorithm>

namespace bitacora::projections {

namespace {

constexpr int base64url = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

// What a cursor may not be carried to another value of.
Key query_bytes(const InboxQuery& query) {
  return Key()
      .byte(static_cast<std::uint8_t>(query.tab))
      .byte(query.owner_me ? 1 : 0)
      .uuid(query.department_id.value_or(events::DepartmentId{}).bytes());
}

}  // namespace

std::string encode_cursor(const InboxQuery& query, const inbox_rows::Place& last) {
  const Key bytes = query_bytes(query).text(inbox_rows::view(last));
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), base64url), '\0');
  sodium_bin2base64(text.data(), text.size(),
                    reinterpret_cast<const unsigned char*>(bytes.view().data()), bytes.size(),
                    base64url);
  text.pop_back();  // the zero that libsodium ends it with
  return text;
}

events::Result<inbox_rows::Place> decode_cursor(const InboxQuery& query) {
  const Key expected = query_bytes(query);
  inbox_rows::Place place{};
  std::string bytes(expected.size() + place.size(), '\0');
  std::size_t size = 0;
  const int failure = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()),
                                        bytes.size(), query.cursor.data(), query.cursor.size(),
                                        nullptr, &size, nullptr, base64url);
  if (failure != 0 || size != bytes.size()) {
    return events::error(events::ErrorCode::Invalid, "The cursor is none.");
  }
  if (!bytes.starts_with(expected.view())) {
    return events::error(events::ErrorCode::Invalid, "The cursor belongs to another list.");
  }
  std::copy_n(bytes.data() + expected.size(), place.size(), place.data());
  return place;
}

}  // namespace bitacora::projections
