#include "http/problem.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <set>

namespace bitacora::http {
namespace {

using events::ErrorCode;

TEST(Problem, HasARowForEveryErrorWithANameOfItsOwn) {
  std::set<std::string_view> names;
  ASSERT_EQ(problems().size(), events::error_code_count);
  for (std::uint8_t code = 0; code < events::error_code_count; ++code) {
    const Problem& row = problem_of(static_cast<ErrorCode>(code));
    const std::string_view name = events::error_name(row.code);
    EXPECT_EQ(static_cast<std::uint8_t>(row.code), code);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_GE(static_cast<unsigned>(row.status), 400U) << name;
    EXPECT_FALSE(row.title.empty()) << name;
    EXPECT_GT(row.explanation.size(), 40U) << name;
  }
}

TEST(Problem, IsADocumentOfRfc9457) {
  const Response response =
      problem(events::error(ErrorCode::NotFound, "No \"such\" thing."), "01890a5d");
  EXPECT_EQ(response.status, beast_http::status::not_found);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const boost::json::value expected{{"type", "/problems/not-found"},
                                    {"title", "Not found"},
                                    {"status", 404},
                                    {"detail", "No \"such\" thing."},
                                    {"request_id", "01890a5d"}};
  EXPECT_EQ(boost::json::parse(response.body), expected);
}

TEST(Problem, NamesTheOwnerOfAClaimedConversation) {
  events::Error error = events::error(ErrorCode::AlreadyClaimed, "Bruno has it.");
  const auto id = *events::OperatorId::parse("01890a5d-ac96-774b-bcce-b302099a8057");
  error.owner = events::OwnerName{id, "Bruno"};
  const boost::json::object object = problem_object(error, "");
  EXPECT_EQ(object.at("owner"), (boost::json::value{{"id", "01890a5d-ac96-774b-bcce-b302099a8057"},
                                                    {"name", "Bruno"}}));
  EXPECT_FALSE(object.contains("request_id"));
}

TEST(Problem, SaysWhenToTryAgain) {
  events::Error error = events::error(ErrorCode::TooManyAttempts, "Wait.");
  error.retry_after_s = 42;
  const Response response = problem(error, "id");
  EXPECT_EQ(static_cast<unsigned>(response.status), 429U);
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0], (std::pair<std::string, std::string>("Retry-After", "42")));
}

class ProblemPages : public testing::Test {
 protected:
  ProblemPages() { add_problem_pages(router_); }

  events::Result<Response> get(const std::string& path) {
    Request request;
    request.method = beast_http::verb::get;
    request.path = path;
    std::string allowed;
    const auto route = router_.find(request, allowed);
    if (!route) {
      return route.error();
    }
    events::Result<Response> answer = events::error(ErrorCode::Internal, "not run");
    asio::io_context context;
    asio::co_spawn(context, (*route)->handler(request),
                   [&answer](std::exception_ptr, events::Result<Response> response) {
                     answer = std::move(response);
                   });
    context.run();
    return answer;
  }

  Router router_;
};

TEST_F(ProblemPages, ExplainEachProblem) {
  for (const Problem& row : problems()) {
    const auto page = get(problem_type(row.code));
    ASSERT_TRUE(page) << row.title;
    EXPECT_NE(page->body.find(row.explanation), std::string::npos) << row.title;
    EXPECT_TRUE(page->content_type.starts_with("text/html"));
  }
}

TEST_F(ProblemPages, ListThemAll) {
  const auto page = get("/problems");
  ASSERT_TRUE(page);
  for (const Problem& row : problems()) {
    EXPECT_NE(page->body.find(problem_type(row.code)), std::string::npos) << row.title;
  }
}

TEST_F(ProblemPages, DoNotKnowOthers) {
  const auto page = get("/problems/smoke");
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace bitacora::http
