// The product with a certificate: its pages, its API with a browser's cookie, and its sockets.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>

#include "tests/acceptance/serving.h"
#include "tests/certificate.h"
#include "tools/http_client.h"

namespace bitacora::acceptance_test {

namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;

// What a browser's socket is sent first: the answer to its upgrade, and a frame of the server's,
// which is not masked (RFC 6455, section 5.1). By hand, since Beast takes long to compile.
std::string first_frame(std::uint16_t port, const std::filesystem::path& certificate,
                        const std::string& cookie, const std::string& origin) {
  asio::io_context io;
  ssl::context trusted(ssl::context::tls_client);
  trusted.load_verify_file(certificate.string());
  trusted.set_verify_mode(ssl::verify_peer);
  ssl::stream<tcp::socket> stream(io, trusted);
  stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
  stream.handshake(ssl::stream_base::client);
  asio::write(stream,
              asio::buffer("GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                           "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                           "Sec-WebSocket-Version: 13\r\n"
                           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: " +
                           cookie + "\r\nOrigin: " + origin + "\r\n\r\n"));
  std::string received;
  boost::system::error_code ended;
  while (!ended && received.find("\"type\":\"hello\"") == std::string::npos) {
    std::array<char, 4096> chunk{};
    const std::size_t bytes = stream.read_some(asio::buffer(chunk), ended);
    received.append(chunk.data(), bytes);
  }
  return received;
}

}  // namespace

TEST(Encrypted, ServesPagesAndApiAndSockets) {
  const TemporaryFolder folder;
  const auto certificate = folder.path() / "certificate.pem";
  const auto key = folder.path() / "key.pem";
  write_certificate(certificate, key);
  // Instead of the system's, for this process's clients.
  setenv("SSL_CERT_FILE", certificate.c_str(), 1);
  const auto server = serve({.data = folder.path() / "data",
                             .arguments = {"--demo", "--tls-certificate", certificate.string(),
                                           "--tls-key", key.string()}});
  const std::string at = "127.0.0.1:" + std::to_string(server->port());
  const std::string own = "https://" + at;
  const auto client = std::move(*tools::HttpClient::open(own));

  const auto page = client->get("/");
  ASSERT_TRUE(page.has_value()) << page.error().detail;
  EXPECT_EQ(page->status, 200U);
  const auto signed_in = client->call({.method = "POST",
                                       .target = "/api/v1/session",
                                       .body = R"({"username":"ana","password":"demo"})",
                                       .headers = {{"Origin", own}}});
  ASSERT_TRUE(signed_in.has_value()) << signed_in.error().detail;
  const std::string set_cookie(signed_in->header("set-cookie"));
  EXPECT_TRUE(set_cookie.ends_with("; Secure")) << set_cookie;
  const std::string cookie = set_cookie.substr(0, set_cookie.find(';'));

  // The page of the same address without TLS is another site's.
  const auto sign_out = [&](const std::string& origin) {
    return client
        ->call({.method = "DELETE",
                .target = "/api/v1/session",
                .headers = {{"Cookie", cookie}, {"Origin", origin}}})
        ->status;
  };
  EXPECT_EQ(sign_out("http://" + at), 403U);
  const std::string hello = first_frame(server->port(), certificate, cookie, own);
  EXPECT_TRUE(hello.starts_with("HTTP/1.1 101 ")) << hello;
  EXPECT_NE(hello.find(R"("username":"ana")"), std::string::npos) << hello;
  EXPECT_EQ(sign_out(own), 204U);
  EXPECT_FALSE((*tools::HttpClient::open("http://" + at))->get("/").has_value());
  EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));
}

}  // namespace bitacora::acceptance_test
