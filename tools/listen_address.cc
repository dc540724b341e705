#include "tools/listen_address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace bitacora::tools {

namespace {

// The address in its shortest form, or empty when the text is none of the family.
std::string canonical_address(int family, const std::string& text) {
  std::array<std::uint8_t, sizeof(in6_addr)> bytes{};
  std::array<char, INET6_ADDRSTRLEN> shown{};
  if (inet_pton(family, text.c_str(), bytes.data()) != 1) return {};
  if (inet_ntop(family, bytes.data(), shown.data(), shown.size()) == nullptr) return {};
  return shown.data();
}

}  // namespace

bool ListenAddress::is_loopback() const { return host == "::1" || host.starts_with("127."); }

std::string ListenAddress::url(bool tls, std::uint16_t actual_port) const {
  const bool v6 = host.find(':') != std::string::npos;
  return (tls ? "https://" : "http://") + (v6 ? "[" + host + "]" : host) + ":" +
         std::to_string(actual_port);
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  ListenAddress parsed;
  const auto [end, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parsed.port);
  if (failed != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  if (host == "localhost") host = "127.0.0.1";
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  parsed.host = canonical_address(bracketed ? AF_INET6 : AF_INET, std::string(host));
  if (parsed.host.empty()) return std::nullopt;
  return parsed;
}

}  // namespace bitacora::tools
