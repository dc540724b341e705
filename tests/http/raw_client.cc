#include "tests/http/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace bitacora::http {

namespace {
constexpr int patience_s = 20;
}

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  const timeval patience{patience_s, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect");
  }
}

RawClient::~RawClient() { ::close(socket_); }

bool RawClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::shutdown_send() const { ::shutdown(socket_, SHUT_WR); }

void RawClient::shrink_receive_buffer() const {
  const int bytes = 4096;
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool RawClient::read_more() {
  std::array<char, 65536> chunk;
  const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), 0);
  if (got <= 0) {
    return false;
  }
  buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

std::string RawClient::read_head() {
  std::size_t end = buffer_.find("\r\n\r\n");
  while (end == std::string::npos) {
    if (!read_more()) {
      return {};
    }
    end = buffer_.find("\r\n\r\n");
  }
  std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  return head;
}

std::optional<RawResponse> RawClient::read_response(bool to_head) {
  const std::string head = read_head();
  if (head.size() < 12) {
    return std::nullopt;
  }
  RawResponse response;
  response.status = std::stoi(head.substr(9, 3));
  std::size_t at = head.find("\r\n") + 2;
  while (at < head.size()) {
    const std::size_t end = head.find("\r\n", at);
    const std::size_t colon = head.find(':', at);
    std::string name = head.substr(at, colon - at);
    for (char& letter : name) {
      letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    response.headers[name] = head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  const auto length = response.headers.find("content-length");
  const std::size_t bytes =
      to_head || length == response.headers.end() ? 0 : std::stoul(length->second);
  while (buffer_.size() < bytes) {
    if (!read_more()) {
      return std::nullopt;
    }
  }
  response.body = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return response;
}

std::string RawClient::read_bytes(std::size_t count) {
  while (buffer_.size() < count && read_more()) {
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string RawClient::read_to_end(bool* ended) {
  errno = 0;
  while (read_more()) {
  }
  if (ended != nullptr) {
    *ended = errno != EAGAIN;
  }
  return std::exchange(buffer_, {});
}

}  // namespace bitacora::http
