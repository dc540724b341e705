// A client that sends exactly the bytes it is told to: what a well-behaved library never would.
// Blocks; gives up after some seconds, so that a test fails rather than hangs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bitacora::http {

struct RawResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // Whether all of it was taken.
  bool send(std::string_view bytes) const;
  void shutdown_send() const;
  // A small receive buffer, so that a client that does not read stalls its server soon. Before
  // anything was sent.
  void shrink_receive_buffer() const;

  // The next response, or nullopt when the connection ended before it did.
  std::optional<RawResponse> read_response(bool to_head = false);
  // Up to the empty line that ends a head: "HTTP/1.1 100 Continue".
  std::string read_head();
  // So many bytes; fewer when the connection ended before.
  std::string read_bytes(std::size_t count);
  // Everything until the connection ends; false in `ended` when it did not.
  std::string read_to_end(bool* ended = nullptr);

 private:
  bool read_more();

  int socket_ = -1;
  std::string buffer_;
};

}  // namespace bitacora::http
