// The frames that a server wrote to a WebSocket, taken apart from raw bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/http/raw_client.h"

namespace bitacora::http {

struct ServerFrame {
  std::uint8_t first_byte = 0;  // 0x81: a whole text; 0x88: close
  std::string payload;

  // Of a close frame; 0 when it has none.
  [[nodiscard]] int close_code() const;
};

// Upgrades and leaves the client behind the head of the answer; whether it was 101.
bool upgrade(RawClient& client, std::string_view path);

// All whole frames there are, up to the end of the connection.
std::vector<ServerFrame> read_frames_to_end(RawClient& client);
ServerFrame read_frame(RawClient& client);

}  // namespace bitacora::http
