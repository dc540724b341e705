// The product with a certificate: its pages, its API with a browser's cookie, and its sockets.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <cstdlib>

#include "tests/acceptance/json_values.h"
#include "tests/acceptance/serving.h"
#include "tests/certificate.h"
#include "tools/http_client.h"

namespace bitacora::acceptance_test {

namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;

// The first frame that a browser's socket is sent, or what went wrong.
std::string first_frame(std::uint16_t port, const std::filesystem::path& certificate,
                        const std::string& cookie, const std::string& origin) {
  asio::io_context io;
  ssl::context trusted(ssl::context::tls_client);
  trusted.load_verify_file(certificate.string());
  trusted.set_verify_mode(ssl::verify_peer);
  websocket::stream<ssl::stream<tcp::socket>> socket(io, trusted);
  socket.next_layer().next_layer().connect({asio::ip::address_v4::loopback(), port});
  socket.next_layer().handshake(ssl::stream_base::client);
  socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    request.set("Cookie", cookie);
    request.set("Origin", origin);
  }));
  boost::system::error_code failed;
  socket.handshake("127.0.0.1:" + std::to_string(port), "/api/v1/ws", failed);
  boost::beast::flat_buffer buffer;
  if (!failed) socket.read(buffer, failed);
  return failed ? failed.message() : boost::beast::buffers_to_string(buffer.data());
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
  const auto hello = read_json(first_frame(server->port(), certificate, cookie, own));
  EXPECT_EQ(text_at(hello, "/type"), "hello");
  EXPECT_EQ(text_at(hello, "/operator/username"), "ana");
  EXPECT_EQ(sign_out(own), 204U);
  EXPECT_FALSE((*tools::HttpClient::open("http://" + at))->get("/").has_value());
  EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));
}

}  // namespace bitacora::acceptance_test
