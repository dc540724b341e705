#include "tools/listen_address.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace bitacora::tools {

bool ListenAddress::is_loopback() const {
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(host, failed);
  return !failed && address.is_loopback();
}

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
  boost::system::error_code unreadable;
  const auto address = boost::asio::ip::make_address(std::string(host), unreadable);
  if (unreadable || address.is_v6() != bracketed) return std::nullopt;
  parsed.host = address.to_string();
  return parsed;
}

}  // namespace bitacora::tools
