// What the options of a service come to at its edge.
#include "tools/service.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "events/blob_store.h"
#include "tests/http/raw_client.h"
#include "tests/tools/service_fixture.h"

namespace bitacora::tools_test {

namespace {

std::string sign_in_from(std::string_view origin) {
  const std::string body = R"({"username":"ana","password":"demo"})";
  return "POST /api/v1/session HTTP/1.1\r\nHost: inside:8080\r\nOrigin: " + std::string(origin) +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

int status_of(const tools::Service& service, const std::string& request) {
  http::RawClient client(service.port());
  EXPECT_TRUE(client.send(request));
  const auto response = client.read_response();
  return response ? response->status : 0;
}

TEST_F(ServiceTest, TakesSignInsFromItsPublicOriginsAndFromNoOther) {
  http::ServerOptions options;
  options.public_origins = {"https://chat.example"};
  ASSERT_TRUE(service_->serve(options, "Prueba"));

  EXPECT_EQ(status_of(*service_, sign_in_from("https://chat.example")), 200);
  EXPECT_EQ(status_of(*service_, sign_in_from("https://other.example")), 403);
}

// A mount that is missing, or a log that was moved away as damaged.
TEST_F(ServiceTest, BeginsNoNewLogBesideTheFilesOfAnother) {
  service_.reset();
  const auto blobs = value_of(events::BlobStore::open(folder_.path() / "blobs"));
  const auto file = folder_.path() / "carta";
  std::ofstream(file) << "Hola";
  const auto id = events::AttachmentId::make(events::Instant::from_unix_ms(1));
  blobs->adopt(file, id).value();
  std::filesystem::rename(folder_.path() / "log", folder_.path() / "log.damaged");

  tools::ServiceOptions options;
  options.data = folder_.path();
  const auto refused = tools::Service::open(options);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, tools::ExitCode::BadData);
  EXPECT_TRUE(blobs->open_blob(id));

  std::filesystem::remove_all(folder_.path() / "log");
  std::filesystem::rename(folder_.path() / "log.damaged", folder_.path() / "log");
  service_ = open_service(folder_.path());
}

TEST_F(ServiceTest, IsNotReadyBelowTheWatermark) {
  tools::ServiceOptions options;
  options.data = folder_.path();
  options.free_space_watermark_bytes = std::uint64_t{1} << 62;
  service_.reset();
  service_ = value_of(tools::Service::open(options));
  serve();
  const std::string request = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n";

  EXPECT_EQ(status_of(*service_, request), 503);

  service_.reset();
  service_ = open_service(folder_.path());
  serve();
  EXPECT_EQ(status_of(*service_, request), 200);
}

}  // namespace

}  // namespace bitacora::tools_test
