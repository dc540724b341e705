// "HOST:PORT", as --listen takes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bitacora::tools {

struct ListenAddress {
  std::string host;  // an IPv4 or IPv6 address, without brackets
  std::uint16_t port = 0;

  // Nobody but this machine reaches it.
  [[nodiscard]] bool is_loopback() const;
  // "http://127.0.0.1:8080", with brackets around IPv6.
  [[nodiscard]] std::string url(bool tls, std::uint16_t actual_port) const;
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:0"; nullopt for everything else.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace bitacora::tools
