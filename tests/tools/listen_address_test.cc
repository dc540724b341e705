#include "tools/listen_address.h"

#include <gtest/gtest.h>

namespace bitacora::tools_test {
namespace {

using tools::parse_listen_address;

TEST(ListenAddress, IsAnAddressOfThisMachineAndAPort) {
  const struct {
    std::string text;
    std::string url;
    bool loopback;
  } cases[] = {
      {"127.0.0.1:8080", "http://127.0.0.1:8080", true},
      {"127.9.9.9:1", "http://127.9.9.9:1", true},
      {"localhost:0", "http://127.0.0.1:0", true},
      {"[::1]:8080", "http://[::1]:8080", true},
      {"0.0.0.0:80", "http://0.0.0.0:80", false},
      {"[::]:65535", "http://[::]:65535", false},
      {"10.1.2.3:80", "http://10.1.2.3:80", false},
  };
  for (const auto& [text, url, loopback] : cases) {
    const auto parsed = parse_listen_address(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->url(false, parsed->port), url);
    EXPECT_EQ(parsed->is_loopback(), loopback) << text;
  }
}

TEST(ListenAddress, IsRefusedWhenItIsNone) {
  for (const auto* const text :
       {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1:80 ", "example.org:80", "::1:80", "[127.0.0.1]:80", "[]:80",
        "256.0.0.1:80", "127.0.0.1.evil:80"}) {
    EXPECT_FALSE(parse_listen_address(text)) << text;
  }
}

}  // namespace
}  // namespace bitacora::tools_test
