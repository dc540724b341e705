// Reverse proxies in front of the server, whose word counts for who sent a request and how. Without
// it a client is its connection's other side, as everybody who is none of them stays.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <vector>

#include "http/message.h"

namespace bitacora::http {

// Immutable; any thread.
class TrustedProxies {
 public:
  // Nobody.
  TrustedProxies() = default;
  // Addresses and networks of both protocols: "192.0.2.1", "10.0.0.0/8", "2001:db8::/32". Invalid
  // for a text that is neither.
  static events::Result<TrustedProxies> parse(const std::vector<std::string>& texts);

  [[nodiscard]] bool empty() const { return networks_.empty(); }
  [[nodiscard]] bool contains(const asio::ip::address& address) const;

 private:
  // IPv4 as IPv6 writes it, ::ffff:a.b.c.d.
  std::vector<asio::ip::network_v6> networks_;
};

// Puts the client in the place of a trusted proxy, by what the proxy added: of X-Forwarded-For the
// last address that is not a trusted proxy's itself, and the first when all are; TLS when
// X-Forwarded-Proto is https. Where an address on the way there is malformed, the proxy's own
// stays. What stands before may be of the client's making, and is not looked at.
void look_behind(const TrustedProxies& proxies, Request& request);

}  // namespace bitacora::http
