#include "http/trusted_proxies.h"

#include <algorithm>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/beast/core/string.hpp>
#include <optional>
#include <string_view>

#include "http/trimmed.h"
#include "http/wire.h"

namespace bitacora::http {

namespace {

namespace ip = asio::ip;

constexpr unsigned short mapped_prefix_bits = 96;

// Without the scope of a link-local address.
ip::address_v6 as_v6(const ip::address& address) {
  return address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4())
                         : ip::address_v6(address.to_v6().to_bytes());
}

std::optional<ip::network_v6> parse_network(const std::string& text) {
  error_code failed;
  if (const auto address = ip::make_address(text, failed); !failed) {
    return ip::network_v6(as_v6(address), 128);
  }
  if (const auto v4 = ip::make_network_v4(text, failed); !failed) {
    return ip::network_v6(as_v6(v4.address()),
                          static_cast<unsigned short>(mapped_prefix_bits + v4.prefix_length()));
  }
  const auto v6 = ip::make_network_v6(text, failed);
  if (failed) return std::nullopt;
  return ip::network_v6(as_v6(v6.address()), v6.prefix_length());
}

// Several headers of the name are one list, in their order.
std::string joined(const Request& request, std::string_view name) {
  std::string list;
  for (const auto& [header, value] : request.headers) {
    if (header != name) continue;
    if (!list.empty()) list += ',';
    list += value;
  }
  return list;
}

// Each proxy adds behind whom it was asked by, so the list is followed from its end. Nullopt for a
// malformed address on the way.
std::optional<ip::address> sender_of(const TrustedProxies& proxies, ip::address asked_by,
                                     std::string_view forwarded_for) {
  while (!forwarded_for.empty() && proxies.contains(asked_by)) {
    const std::size_t comma = forwarded_for.rfind(',');
    const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
    error_code failed;
    asked_by = ip::make_address(std::string(trimmed(forwarded_for.substr(begin))), failed);
    if (failed) return std::nullopt;
    forwarded_for = forwarded_for.substr(0, begin == 0 ? 0 : comma);
  }
  return asked_by;
}

}  // namespace

events::Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& texts) {
  TrustedProxies proxies;
  for (const std::string& text : texts) {
    const auto network = parse_network(text);
    if (!network) {
      return events::error(events::ErrorCode::Invalid,
                           "\"" + text +
                               "\" is neither an address nor a network, such as 192.0.2.1, "
                               "10.0.0.0/8 or 2001:db8::/32");
    }
    proxies.networks_.push_back(*network);
  }
  return proxies;
}

bool TrustedProxies::contains(const ip::address& address) const {
  const ip::address_v6 wanted = as_v6(address);
  return std::any_of(networks_.begin(), networks_.end(), [&](const ip::network_v6& network) {
    return ip::network_v6(wanted, network.prefix_length()).network() == network.network();
  });
}

void look_behind(const TrustedProxies& proxies, Request& request) {
  if (proxies.empty()) return;
  error_code failed;
  const ip::address peer = ip::make_address(request.remote_address, failed);
  if (failed || !proxies.contains(peer)) return;
  if (const auto sender = sender_of(proxies, peer, joined(request, "x-forwarded-for"))) {
    request.remote_address = address_text(*sender);
  }
  if (boost::beast::iequals(joined(request, "x-forwarded-proto"), "https")) request.tls = true;
}

}  // namespace bitacora::http
