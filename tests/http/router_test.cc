#include <gtest/gtest.h>

#include "http/message.h"

namespace bitacora::http {
namespace {

using beast_http::verb;
using events::ErrorCode;

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    for (const auto& [method, pattern] :
         std::vector<std::pair<verb, std::string>>{{verb::get, "/"},
                                                   {verb::get, "/things"},
                                                   {verb::post, "/things"},
                                                   {verb::get, "/things/{id}"},
                                                   {verb::post, "/things/{id}/parts/{part}"},
                                                   {verb::get, "/files/{path*}"}}) {
      router_.add({method, pattern, Access::Anyone, nullptr});
    }
  }

  // The pattern found, or the error's name.
  std::string find(verb method, std::string path) {
    request_ = Request{};
    request_.method = method;
    request_.path = std::move(path);
    const auto found = router_.find(request_, allowed_);
    return found ? (*found)->pattern : std::string(events::error_name(found.error().code));
  }

  Router router_;
  Request request_;
  std::string allowed_;
};

TEST_F(RouterTest, FindsTheRouteOfMethodAndPath) {
  struct Case {
    verb method;
    std::string path;
    std::string found;
    std::vector<std::string> parameters;
  };
  const std::vector<Case> cases{
      {verb::get, "/", "/", {}},
      {verb::get, "/things", "/things", {}},
      {verb::head, "/things", "/things", {}},
      {verb::post, "/things", "/things", {}},
      {verb::get, "/things/7", "/things/{id}", {"7"}},
      {verb::post, "/things/7/parts/8", "/things/{id}/parts/{part}", {"7", "8"}},
      {verb::get, "/files/a/b.txt", "/files/{path*}", {"a/b.txt"}},
      {verb::get, "/things/", "not-found", {}},
      {verb::get, "/things/7/", "not-found", {}},
      {verb::get, "/things//parts/8", "not-found", {}},
      {verb::get, "/Things", "not-found", {}},
      {verb::get, "/things/../things", "not-found", {}},
      {verb::get, "", "not-found", {}},
      {verb::get, "//", "not-found", {}},
      {verb::delete_, "/things", "method-not-allowed", {}},
      {verb::get, "/things/7/parts/8", "method-not-allowed", {}},
  };
  for (const Case& tried : cases) {
    EXPECT_EQ(find(tried.method, tried.path), tried.found) << tried.path;
    EXPECT_EQ(request_.path_parameters, tried.parameters) << tried.path;
  }
}

TEST_F(RouterTest, NamesTheMethodsThatAreAllowed) {
  EXPECT_EQ(find(verb::delete_, "/things"), "method-not-allowed");
  EXPECT_EQ(allowed_, "GET, HEAD, POST");
}

TEST(Request, GivesTheFirstHeaderAndParameterOfAName) {
  Request request;
  request.headers = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
  request.query = {{"q", ""}, {"q", "x"}};
  EXPECT_EQ(request.header("a"), "1");
  EXPECT_EQ(request.header("A"), std::nullopt);
  EXPECT_EQ(request.parameter("q"), "");
  EXPECT_EQ(request.parameter("r"), std::nullopt);
}

}  // namespace
}  // namespace bitacora::http
