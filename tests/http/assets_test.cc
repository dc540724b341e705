#include "http/assets.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>

#include "tests/http/server_fixture.h"

namespace bitacora::http {
namespace {

constexpr std::array<AssetFile, 4> files{{
    {"/assets/app-1a2b.js", "let a = 1;", "gzipped", "brotlied"},
    {"/assets/logo-3c4d.png", "png", {}, {}},
    {"/chat.html", "<p>chat", {}, {}},
    {"/index.html", "<p>console", "zipped page", {}},
}};

std::string header_of(const Response& response, std::string_view name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [name](const auto& header) { return header.first == name; });
  return found == response.headers.end() ? "" : found->second;
}

Response serve(std::string_view path, std::string_view accept_encoding = "",
               std::string_view if_none_match = "") {
  Request request;
  request.headers.emplace_back("accept-encoding", accept_encoding);
  if (!if_none_match.empty()) {
    request.headers.emplace_back("if-none-match", if_none_match);
  }
  return Assets(files).serve(request, path).value();
}

TEST(Assets, GivesTheSmallestFormThatTheClientTakes) {
  struct Case {
    std::string_view accept_encoding;
    std::string_view bytes;
    std::string_view encoding;
  };
  for (const Case& tried : {Case{"", "let a = 1;", ""}, Case{"gzip, deflate, br", "brotlied", "br"},
                            Case{"gzip", "gzipped", "gzip"}, Case{"GZIP;q=0.5", "gzipped", "gzip"},
                            Case{"br;q=0, gzip;q=1.0", "gzipped", "gzip"},
                            Case{"br;q=0", "let a = 1;", ""}, Case{";;,=", "let a = 1;", ""}}) {
    const Response response = serve("/assets/app-1a2b.js", tried.accept_encoding);
    EXPECT_EQ(response.static_body, tried.bytes) << tried.accept_encoding;
    EXPECT_EQ(header_of(response, "Content-Encoding"), tried.encoding) << tried.accept_encoding;
    EXPECT_EQ(header_of(response, "Vary"), "Accept-Encoding");
    EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
  }
  EXPECT_EQ(serve("/assets/logo-3c4d.png", "br, gzip").static_body, "png");
  EXPECT_EQ(serve("/assets/logo-3c4d.png").content_type, "image/png");
}

TEST(Assets, KeepsNamesWithAHashForEverAndAsksForTheOthers) {
  EXPECT_EQ(header_of(serve("/assets/app-1a2b.js"), "Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(header_of(serve("/index.html"), "Cache-Control"), "no-cache");
}

TEST(Assets, SaysThatTheClientHasItAlready) {
  const std::string tag = header_of(serve("/index.html"), "ETag");
  EXPECT_EQ(tag.size(), 34U);
  for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
    const Response response = serve("/index.html", "", known);
    EXPECT_EQ(response.status, beast_http::status::not_modified) << known;
    EXPECT_TRUE(response.static_body.empty()) << known;
    EXPECT_EQ(header_of(response, "ETag"), tag) << known;
  }
  for (const std::string& other : {std::string("\"other\""), "x" + tag, "\"x" + tag + "x\""}) {
    EXPECT_EQ(serve("/index.html", "", other).status, beast_http::status::ok) << other;
  }
  // Each form has a tag of its own.
  EXPECT_EQ(serve("/index.html", "gzip", tag).status, beast_http::status::ok);
}

TEST(Assets, DoNotKnowOtherPaths) {
  for (const char* path : {"/", "", "/assets/", "/index.html/", "/../index.html", "index.html"}) {
    EXPECT_FALSE(Assets(files).serve(Request{}, path)) << path;
  }
}

class AssetRoutesTest : public ServerTest {
 protected:
  void start_with(std::span<const AssetFile> carried) {
    auto opened = Server::open(options_for_tests());
    ASSERT_TRUE(opened);
    server_ = *std::move(opened);
    add_asset_routes(server_->router(), carried);
    server_->run();
  }
};

TEST_F(AssetRoutesTest, ServeThePagesAndTheirFiles) {
  start_with(files);
  const RawResponse console = get("/");
  EXPECT_EQ(console.body, "<p>console");
  EXPECT_THAT(console.headers.at("content-security-policy"),
              testing::HasSubstr("default-src 'self'"));
  EXPECT_EQ(get("/chat?department=ventas").body, "<p>chat");
  EXPECT_EQ(get("/assets/app-1a2b.js", "Accept-Encoding: br\r\n").body, "brotlied");
  EXPECT_EQ(get("/assets/../index.html").status, 404);
  const std::string tag = console.headers.at("etag");
  const RawResponse known = get("/", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(known.headers.at("etag"), tag);
}

TEST_F(AssetRoutesTest, SayThatTheConsoleWasNotBuilt) {
  start_with({});
  for (const char* path : {"/", "/chat"}) {
    const RawResponse page = get(path);
    EXPECT_EQ(page.status, 503) << path;
    EXPECT_THAT(page.body, testing::HasSubstr("was not built")) << path;
  }
}

TEST(CarriedAssets, ArePathsWithBytesInOrder) {
  const auto carried = carried_assets();
  EXPECT_TRUE(std::is_sorted(carried.begin(), carried.end(),
                             [](const auto& a, const auto& b) { return a.path < b.path; }));
  for (const AssetFile& file : carried) {
    EXPECT_TRUE(file.path.starts_with('/')) << file.path;
    EXPECT_FALSE(file.path.ends_with(".br") || file.path.ends_with(".gz")) << file.path;
    EXPECT_TRUE(file.gzip.empty() || file.gzip.starts_with("\x1f\x8b")) << file.path;
  }
}

}  // namespace
}  // namespace bitacora::http
