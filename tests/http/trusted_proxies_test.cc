#include "http/trusted_proxies.h"

#include <gtest/gtest.h>

namespace bitacora::http {
namespace {

const std::vector<std::string> trusted{"127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48", "::1"};

TEST(TrustedProxies, AreAddressesAndNetworksOfBothProtocols) {
  const auto proxies = TrustedProxies::parse(trusted).value();
  for (const std::string address :
       {"127.0.0.1", "10.0.0.0", "10.1.2.3", "10.255.255.255", "::ffff:10.1.2.3",
        "2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff", "::1"}) {
    EXPECT_TRUE(proxies.contains(asio::ip::make_address(address))) << address;
  }
  for (const std::string address :
       {"127.0.0.2", "11.0.0.0", "9.255.255.255", "0.0.0.0", "2001:db8:2::", "::2", "::10.1.2.3"}) {
    EXPECT_FALSE(proxies.contains(asio::ip::make_address(address))) << address;
  }
  const auto mapped = TrustedProxies::parse({"::ffff:192.0.2.0/120"}).value();
  EXPECT_TRUE(mapped.contains(asio::ip::make_address("192.0.2.7")));
  const auto everybody = TrustedProxies::parse({"0.0.0.0/0"}).value();
  EXPECT_TRUE(everybody.contains(asio::ip::make_address("255.255.255.255")));
  EXPECT_FALSE(everybody.contains(asio::ip::make_address("2001:db8::1")));
  EXPECT_FALSE(TrustedProxies().contains(asio::ip::make_address("127.0.0.1")));
}

TEST(TrustedProxies, AreRefusedWhenTheyAreNeither) {
  for (const std::string unreadable :
       {"", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/a", "10.0.0.0/-1", "10.0.0/8",
        "2001:db8::/129", "2001:db8::/", "10.0.0.1:80", "127.0.0.1, ::1", "/8"}) {
    const auto parsed = TrustedProxies::parse({"127.0.0.1", unreadable});
    ASSERT_FALSE(parsed) << unreadable;
    EXPECT_EQ(parsed.error().code, events::ErrorCode::Invalid);
    EXPECT_NE(parsed.error().detail.find('"' + unreadable + '"'), std::string::npos) << unreadable;
  }
}

struct Case {
  std::string peer;
  std::vector<std::string> forwarded_for;
  std::string address;
};

TEST(TrustedProxies, TellWhoseRequestTheyBring) {
  const auto proxies = TrustedProxies::parse(trusted).value();
  const std::vector<Case> cases{
      {"127.0.0.1", {}, "127.0.0.1"},
      {"127.0.0.1", {"203.0.113.7"}, "203.0.113.7"},
      {"127.0.0.1", {"2001:DB8::7"}, "2001:db8::7"},
      {"127.0.0.1", {"::ffff:203.0.113.7"}, "203.0.113.7"},
      {"::1", {"198.51.100.9, 203.0.113.7"}, "203.0.113.7"},
      {"127.0.0.1", {"203.0.113.7,10.0.0.2 ,\t10.0.0.3"}, "203.0.113.7"},
      {"127.0.0.1", {"198.51.100.9", "203.0.113.7", "10.0.0.2"}, "203.0.113.7"},
      {"127.0.0.1", {"10.9.9.9, 10.0.0.2"}, "10.9.9.9"},
      // What a client made up stands before what the proxy saw.
      {"127.0.0.1", {"smoke, 203.0.113.7"}, "203.0.113.7"},
      {"127.0.0.1", {"127.0.0.1, 203.0.113.7"}, "203.0.113.7"},
      {"127.0.0.1", {""}, "127.0.0.1"},
      {"127.0.0.1", {"203.0.113.7, smoke"}, "127.0.0.1"},
      {"127.0.0.1", {"203.0.113.7, "}, "127.0.0.1"},
      {"127.0.0.1", {"203.0.113.7,, 10.0.0.2"}, "127.0.0.1"},
      {"127.0.0.1", {"203.0.113.7:4711"}, "127.0.0.1"},
      {"127.0.0.1", {"unknown"}, "127.0.0.1"},
      // And who is no proxy of ours makes up everything.
      {"192.0.2.1", {"203.0.113.7"}, "192.0.2.1"},
      {"", {"203.0.113.7"}, ""},
  };
  for (const Case& tried : cases) {
    Request request;
    request.remote_address = tried.peer;
    std::string shown = tried.peer;
    for (const std::string& header : tried.forwarded_for) {
      request.headers.emplace_back("x-forwarded-for", header);
      shown += " | " + header;
    }
    look_behind(proxies, request);
    EXPECT_EQ(request.remote_address, tried.address) << shown;
  }
}

TEST(TrustedProxies, TellWhetherTheClientSpeaksTls) {
  const auto proxies = TrustedProxies::parse(trusted).value();
  const auto is_tls = [&](const std::string& peer, bool tls, const std::string& proto) {
    Request request;
    request.remote_address = peer;
    request.tls = tls;
    request.headers.emplace_back("x-forwarded-proto", proto);
    look_behind(proxies, request);
    return request.tls;
  };
  EXPECT_TRUE(is_tls("127.0.0.1", false, "https"));
  EXPECT_TRUE(is_tls("127.0.0.1", false, "HTTPS"));
  EXPECT_FALSE(is_tls("127.0.0.1", false, "http"));
  EXPECT_FALSE(is_tls("127.0.0.1", false, "https, http"));
  EXPECT_TRUE(is_tls("127.0.0.1", true, "http"));
  EXPECT_FALSE(is_tls("192.0.2.1", false, "https"));
}

}  // namespace
}  // namespace bitacora::http
