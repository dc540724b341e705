#include "tests/http/socket_frames.h"

#include "tests/http/server_fixture.h"

namespace bitacora::http {

namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

}  // namespace

int ServerFrame::close_code() const {
  return first_byte == 0x88 && payload.size() >= 2 ? byte_at(payload, 0) * 256 + byte_at(payload, 1)
                                                   : 0;
}

bool upgrade(RawClient& client, std::string_view path) {
  client.send(upgrade_request(path));
  return client.read_head().starts_with("HTTP/1.1 101 ");
}

ServerFrame read_frame(RawClient& client) {
  ServerFrame frame;
  const std::string head = client.read_bytes(2);
  if (head.size() < 2) {
    return frame;
  }
  frame.first_byte = byte_at(head, 0);
  std::size_t size = byte_at(head, 1);
  if (size >= 126) {
    const std::string longer = client.read_bytes(size == 126 ? 2 : 8);
    size = 0;
    for (std::size_t i = 0; i < longer.size(); ++i) {
      size = size * 256 + byte_at(longer, i);
    }
  }
  frame.payload = client.read_bytes(size);
  return frame;
}

std::vector<ServerFrame> read_frames_to_end(RawClient& client) {
  std::vector<ServerFrame> frames;
  for (ServerFrame frame = read_frame(client); frame.first_byte != 0; frame = read_frame(client)) {
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace bitacora::http
