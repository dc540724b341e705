// TLS with a certificate that is made for the test.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <filesystem>

#include "tests/certificate.h"
#include "tests/http/server_fixture.h"

namespace bitacora::http {
namespace {

namespace beast = boost::beast;
namespace ssl = asio::ssl;
using asio::ip::tcp;

class TlsTest : public ServerTest {
 protected:
  using Stream = ssl::stream<tcp::socket>;

  TlsTest() {
    std::filesystem::create_directories(folder_);
    write_certificate(files_.certificate_chain_pem, files_.private_key_pem);
    context_.load_verify_file(files_.certificate_chain_pem.string());
    context_.set_verify_mode(ssl::verify_peer);
  }
  ~TlsTest() override { std::filesystem::remove_all(folder_); }

  ServerOptions options() const {
    ServerOptions options = options_for_tests();
    options.tls = files_;
    return options;
  }

  std::unique_ptr<Stream> open_stream() {
    auto stream = std::make_unique<Stream>(io_, context_);
    stream->next_layer().connect({asio::ip::address_v4::loopback(), server_->port()});
    return stream;
  }
  // The error of the handshake.
  boost::system::error_code shake_hands(Stream& stream) {
    boost::system::error_code failed;
    stream.handshake(ssl::stream_base::client, failed);
    return failed;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      ("bitacora-tls-" + events::format_uuid(events::new_uuid(events::SystemClock().now())));
  TlsFiles files_{folder_ / "certificate.pem", folder_ / "key.pem"};
  asio::io_context io_;
  ssl::context context_{ssl::context::tls_client};
};

TEST_F(TlsTest, ServesRequestsAndAgreesOnHttp11) {
  start(options());
  auto stream = open_stream();
  SSL_set_alpn_protos(stream->native_handle(),
                      reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
  ASSERT_FALSE(shake_hands(*stream));
  const unsigned char* agreed = nullptr;
  unsigned int length = 0;
  SSL_get0_alpn_selected(stream->native_handle(), &agreed, &length);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(agreed), length), "http/1.1");
  EXPECT_STREQ(SSL_get_version(stream->native_handle()), "TLSv1.3");
  beast::flat_buffer buffer;
  for (int i = 0; i < 3; ++i) {
    beast_http::request<beast_http::empty_body> request(beast_http::verb::get, "/hello", 11);
    request.set(beast_http::field::host, "test");
    beast_http::write(*stream, request);
    beast_http::response<beast_http::string_body> response;
    beast_http::read(*stream, buffer, response);
    EXPECT_EQ(response.body(), "hello world");
  }
  beast_http::request<beast_http::empty_body> request(beast_http::verb::get, "/big", 11);
  request.set(beast_http::field::host, "test");
  beast_http::write(*stream, request);
  beast_http::response_parser<beast_http::string_body> response;
  response.body_limit(boost::none);
  beast_http::read(*stream, buffer, response);
  EXPECT_EQ(response.get().body().size(), 8U * 1024U * 1024U);
}

TEST_F(TlsTest, CarriesWebSockets) {
  start(options());
  beast::websocket::stream<Stream> stream(std::move(*open_stream()));
  ASSERT_FALSE(shake_hands(stream.next_layer()));
  stream.handshake("test", "/ws");
  beast::flat_buffer buffer;
  for (const std::size_t size : {std::size_t{5}, std::size_t{60'000}}) {
    const std::string sent(size, 'x');
    stream.write(asio::buffer(sent));
    stream.read(buffer);
    EXPECT_EQ(beast::buffers_to_string(buffer.data()), sent);
    buffer.clear();
  }
  std::thread stopping([this] { server_->stop(); });
  boost::system::error_code failed;
  stream.read(buffer, failed);
  stopping.join();
  EXPECT_EQ(failed, beast::websocket::error::closed);
  EXPECT_EQ(stream.reason().code, beast::websocket::close_code::going_away);
}

TEST_F(TlsTest, RefusesVersionsBefore12) {
  start(options());
  auto stream = open_stream();
  SSL_set_security_level(stream->native_handle(), 0);
  SSL_set_min_proto_version(stream->native_handle(), TLS1_VERSION);
  SSL_set_max_proto_version(stream->native_handle(), TLS1_1_VERSION);
  EXPECT_TRUE(shake_hands(*stream));
  auto newer = open_stream();
  SSL_set_max_proto_version(newer->native_handle(), TLS1_2_VERSION);
  EXPECT_FALSE(shake_hands(*newer));
}

TEST_F(TlsTest, RefusesAClientThatSpeaksNoHttp11) {
  start(options());
  auto stream = open_stream();
  SSL_set_alpn_protos(stream->native_handle(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
  EXPECT_TRUE(shake_hands(*stream));
}

TEST_F(TlsTest, EndsAHandshakeThatDoesNotCome) {
  ServerOptions impatient = options();
  impatient.times.tls_handshake = std::chrono::milliseconds(30);
  start(impatient);
  RawClient client = connect();
  client.send("\x16\x03\x01");
  bool ended = false;
  client.read_to_end(&ended);
  EXPECT_TRUE(ended);
}

TEST_F(TlsTest, EndsAConnectionThatSpeaksPlainHttp) {
  start(options());
  RawClient client = connect();
  client.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n");
  bool ended = false;
  client.read_to_end(&ended);
  EXPECT_TRUE(ended);
  // And goes on serving.
  auto stream = open_stream();
  EXPECT_FALSE(shake_hands(*stream));
}

TEST_F(TlsTest, SaysWhichFileIsAtFault) {
  ServerOptions missing = options();
  missing.tls->private_key_pem = folder_ / "missing.pem";
  const auto without_key = Server::open(missing);
  ASSERT_FALSE(without_key);
  EXPECT_EQ(without_key.error().code, events::ErrorCode::Invalid);
  EXPECT_NE(without_key.error().detail.find("missing.pem"), std::string::npos);

  TlsFiles others{folder_ / "other.pem", folder_ / "other-key.pem"};
  write_certificate(others.certificate_chain_pem, others.private_key_pem);
  ServerOptions mixed = options();
  mixed.tls->private_key_pem = others.private_key_pem;
  EXPECT_FALSE(Server::open(mixed));
}

}  // namespace
}  // namespace bitacora::http
