// HTTP/1.1 over real sockets, spoken well and badly: rules M9 and M10.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "events/limits.h"
#include "tests/http/server_fixture.h"
#include "tests/waiting.h"

namespace bitacora::http {
namespace {

namespace limits = events::limits;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Key;
using testing::Not;

constexpr std::string_view get_hello = "GET /hello HTTP/1.1\r\nHost: test\r\n\r\n";

std::string post(std::string_view body, std::string_view headers) {
  return "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

std::string problem_name(const RawResponse& response) {
  return std::string(boost::json::parse(response.body).at("type").as_string());
}

using HttpConnectionTest = ServerTest;

TEST_F(HttpConnectionTest, AnswersWithTheHeadersThatEveryAnswerHas) {
  start();
  const RawResponse response = get("/hello?name=Ana%20Ruiz+y+m%C3%A1s");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello Ana Ruiz y más");
  EXPECT_THAT(response.headers.at("date"), HasSubstr(" GMT"));
  EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(response.headers.at("referrer-policy"), "no-referrer");
  EXPECT_EQ(response.headers.at("cache-control"), "no-store");
  EXPECT_THAT(response.headers.at("content-security-policy"), HasSubstr("frame-ancestors 'none'"));
  EXPECT_EQ(response.headers.at("x-request-id").size(), 36U);
  EXPECT_THAT(response.headers, Not(testing::Contains(Key("server"))));
}

TEST_F(HttpConnectionTest, KeepsTheConnectionForMoreRequests) {
  start();
  RawClient client = connect();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(get_hello));
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
  }
  EXPECT_EQ(server_->figures().requests_total, 3U);
  EXPECT_EQ(server_->figures().connections, 1U);
}

TEST_F(HttpConnectionTest, EndsTheConnectionWhenAskedTo) {
  start();
  RawClient client = connect();
  client.send("GET /hello HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->headers.at("connection"), "close");
  bool ended = false;
  EXPECT_EQ(client.read_to_end(&ended), "");
  EXPECT_TRUE(ended);
}

TEST_F(HttpConnectionTest, AnswersPipelinedRequestsInOrder) {
  start();
  RawClient client = connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "GET /hello?name=" + std::to_string(i) + " HTTP/1.1\r\nHost: test\r\n\r\n";
    requests += post(std::to_string(i), "Content-Type: application/json\r\n");
  }
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 50; ++i) {
    const auto hello = client.read_response();
    ASSERT_TRUE(hello);
    EXPECT_EQ(hello->body, "hello " + std::to_string(i));
    const auto echo = client.read_response();
    ASSERT_TRUE(echo);
    EXPECT_EQ(echo->body, std::to_string(i));
  }
}

TEST_F(HttpConnectionTest, AnswersARequestThatComesByteByByte) {
  start();
  RawClient client = connect();
  for (const char byte : post("[1]", "Content-Type: application/json\r\n")) {
    ASSERT_TRUE(client.send({&byte, 1}));
  }
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "[1]");
}

TEST_F(HttpConnectionTest, AnswersHeadWithTheLengthAndWithoutTheBody) {
  start();
  RawClient client = connect();
  client.send("HEAD /hello HTTP/1.1\r\nHost: test\r\n\r\n");
  const auto response = client.read_response(true);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.at("content-length"), "11");
  client.send(get_hello);
  const auto next = client.read_response();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->body, "hello world");
}

TEST_F(HttpConnectionTest, SendsNoBodyWith204) {
  start();
  const RawResponse response = get("/nothing");
  EXPECT_EQ(response.status, 204);
  EXPECT_THAT(response.headers, Not(testing::Contains(Key("content-length"))));
  EXPECT_THAT(response.headers, Not(testing::Contains(Key("content-type"))));
}

TEST_F(HttpConnectionTest, AnswersTheExpectationBeforeTheBody) {
  start();
  RawClient client = connect();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n"
      "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(client.read_head(), HasSubstr("100 Continue"));
  client.send("{}");
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "{}");
}

TEST_F(HttpConnectionTest, RefusesALargeBodyInsteadOfExpectingIt) {
  start();
  RawClient client = connect();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000000\r\n"
      "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n");
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413);
}

TEST_F(HttpConnectionTest, TakesChunkedBodies) {
  start();
  RawClient client = connect();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n"
      "Content-Type: application/json; charset=utf-8\r\n\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n");
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "[1]");
}

// What stands behind a chunked body counts for nothing, however long it is: Beast throws at 65,534
// bytes of it.
TEST_F(HttpConnectionTest, TakesNoFieldsBehindABody) {
  start();
  const std::string before =
      "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n"
      "Content-Type: application/json\r\n\r\n3\r\n[1]\r\n0\r\n";
  for (const std::size_t length : {5U, 65'533U, 65'534U, 66'000U}) {
    for (const std::string& field :
         {"X: " + std::string(length, 'a'), std::string(length, 'x') + ": a"}) {
      RawClient client = connect();
      client.send(before + field + "\r\n\r\n");
      const auto response = client.read_response();
      ASSERT_TRUE(response) << length;
      EXPECT_EQ(response->body, "[1]") << length;
    }
  }
  RawClient client = connect();
  client.send(
      "GET /ws HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
  EXPECT_EQ(client.read_response()->status, 400);
}

// F13
TEST_F(HttpConnectionTest, SendsNoMoreAtOnceThanItMay) {
  ServerOptions options = options_for_tests();
  options.sent_at_once_bytes_max = 18ul * 1024 * 1024;
  start(options);
  {
    RawClient stalled = connect();
    stalled.shrink_receive_buffer();
    stalled.send("GET /big HTTP/1.1\r\nHost: test\r\n\r\n");
    ASSERT_EQ(stalled.read_bytes(15), "HTTP/1.1 200 OK");
    const RawResponse refused = get("/big");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.headers.at("retry-after"), "5");
    EXPECT_EQ(get("/hello").status, 200) << "what is small goes on";
    EXPECT_EQ(get("/private-big", "Authorization: Bearer ana\r\n").status, 200)
        << "strangers have no more than half";
  }
  EXPECT_TRUE(comes_true([&] { return get("/big").status == 200; })) << "once the other has gone";
}

TEST_F(HttpConnectionTest, AnswersWhatItCannotServeWithAProblem) {
  start();
  struct Case {
    std::string request;
    int status;
    std::string problem;
  };
  const std::string chunks = "3\r\n[1]\r\n0\r\n\r\n";
  const std::string json = "Content-Type: application/json\r\n";
  const std::vector<Case> cases{
      {"GET /smoke HTTP/1.1\r\nHost: t\r\n\r\n", 404, "not-found"},
      {"GET /../hello HTTP/1.1\r\nHost: t\r\n\r\n", 404, "not-found"},
      {"GET /%2e%2e/hello HTTP/1.1\r\nHost: t\r\n\r\n", 404, "not-found"},
      {"GET /problems%2Finvalid HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET /a%00b HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET /a%zz HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET /a%ff HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET /hello?name=%ff HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET ftp://t/hello HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET http:/hello HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET http:///hello HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET http://ana@t/hello HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET http://t/hello#end HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET http://t/a%00b HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET http://t/hello HTTP/1.1\r\n\r\n", 400, "bad-request"},
      {"GET * HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"DELETE /hello HTTP/1.1\r\nHost: t\r\n\r\n", 405, "method-not-allowed"},
      {"GET /private HTTP/1.1\r\nHost: t\r\n\r\n", 401, "unauthenticated"},
      {"GET /hello HTTP/1.1\r\nHost: t\r\nOrigin: https://elsewhere.example\r\n\r\n", 403,
       "bad-origin"},
      {"GET /refuse HTTP/1.1\r\nHost: t\r\n\r\n", 409, "already-claimed"},
      {"GET /fail HTTP/1.1\r\nHost: t\r\n\r\n", 500, "internal"},
      {"GET /ws HTTP/1.1\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET /hello HTTP/1.1\r\n\r\n", 400, "bad-request"},
      {"GET /hello HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n", 400, "bad-request"},
      {"GET /hello HTTP/2.0\r\nHost: t\r\n\r\n", 400, "bad-request"},
      {"GET /hello HTTP/1.1\r\nHost: t\r\nBad Name: x\r\n\r\n", 400, "bad-request"},
      {"G\x01T / HTTP/1.1\r\n\r\n", 400, "bad-request"},
      {"\x16\x03\x01\x02 no plain text at all\r\n\r\n", 400, "bad-request"},
      {post("[1]", ""), 415, "unsupported-media-type"},
      {post("[1]", "Content-Type: text/plain\r\n"), 415, "unsupported-media-type"},
      {post("[1]", "Content-Type: application/jsonp\r\n"), 415, "unsupported-media-type"},
      {post("[1]", json + "Content-Length: 5\r\n"), 400, "bad-request"},
      {post("[1]", json + "Content-Length: 3\r\n"), 400, "bad-request"},
      {post("[1]", json + "Transfer-Encoding: chunked\r\n"), 400, "bad-request"},
      {"POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n" +
           json + "\r\n" + chunks,
       400, "bad-request"},
      {"POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n" + json + "\r\n" +
           chunks,
       400, "bad-request"},
      {"POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: identity\r\n" + json + "\r\n[1]", 400,
       "bad-request"},
      {"POST /echo HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n" + json + "\r\n" + chunks,
       400, "bad-request"},
      {"POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n" + json + "\r\nzz\r\n",
       400, "bad-request"},
      {"POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n" + json + "\r\n", 400,
       "bad-request"},
      {"POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 65537\r\n" + json + "\r\n", 413,
       "payload-too-large"},
  };
  for (const Case& tried : cases) {
    RawClient client = connect();
    client.send(tried.request);
    const auto response = client.read_response();
    ASSERT_TRUE(response) << tried.request;
    EXPECT_EQ(response->status, tried.status) << tried.request;
    EXPECT_EQ(response->headers.at("content-type"), "application/problem+json") << tried.request;
    EXPECT_EQ(problem_name(*response), "/problems/" + tried.problem) << tried.request;
    EXPECT_EQ(boost::json::parse(response->body).at("request_id").as_string(),
              response->headers.at("x-request-id"))
        << tried.request;
  }
}

TEST_F(HttpConnectionTest, TakesTargetsInAbsoluteForm) {
  start();
  const std::vector<std::pair<std::string, std::string>> cases{
      {"http://chat.example/host", "chat.example"},
      {"HTTP://chat.example:8080/host?name=a", "chat.example:8080"},
      {"https://[::1]:8080/host", "[::1]:8080"},
      {"/host", "test"},
  };
  for (const auto& [target, host] : cases) {
    const RawResponse response = get(target);
    EXPECT_EQ(response.status, 200) << target;
    EXPECT_EQ(response.body, host) << target;
  }
  EXPECT_EQ(get("http://chat.example/hello?name=Ana").body, "hello Ana");
  EXPECT_EQ(get("http://chat.example").status, 404) << "it stands for /";
  RawClient old = connect();
  old.send("GET http://chat.example/host HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.read_response().value_or(RawResponse{}).body, "chat.example");
}

TEST_F(HttpConnectionTest, LetsNobodyWriteHeadersOfTheirOwn) {
  start();
  EXPECT_EQ(get("/inject?name=plain").headers.at("x-name"), "plain");
  const RawResponse split = get("/inject?name=a%0D%0AX-Other:%20b");
  EXPECT_EQ(split.status, 500);
  EXPECT_THAT(split.headers, Not(testing::Contains(Key("x-other"))));
}

TEST_F(HttpConnectionTest, NamesTheMethodsThatAnAddressTakes) {
  start();
  RawClient client = connect();
  client.send("DELETE /echo HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(client.read_response().value_or(RawResponse{}).headers["allow"], "POST");
  for (const std::string method : {"PATCH", "DELETE", "OPTIONS"}) {
    RawClient at_socket = connect();
    at_socket.send(method + " /ws HTTP/1.1\r\nHost: test\r\n\r\n");
    const auto refused = at_socket.read_response();
    ASSERT_TRUE(refused) << method;
    EXPECT_EQ(refused->status, 405) << method;
    EXPECT_EQ(problem_name(*refused), "/problems/method-not-allowed") << method;
    EXPECT_EQ(refused->headers.at("allow"), "GET") << method;
  }
}

TEST_F(HttpConnectionTest, LetsInWhomTheAuthenticatorKnows) {
  start();
  EXPECT_EQ(get("/private", "Authorization: Bearer ana\r\n").status, 200);
}

TEST_F(HttpConnectionTest, TellsAClientThatItsRequestWasCutOff) {
  start();
  for (const std::string& request :
       {std::string("GET /hello HT"), post("{}", "").substr(0, post("{}", "").size() - 1)}) {
    RawClient client = connect();
    client.send(request);
    client.shutdown_send();
    const auto response = client.read_response();
    ASSERT_TRUE(response) << request;
    EXPECT_EQ(response->status, 400) << request;
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST_F(HttpConnectionTest, AnswersAClientThatHasShutItsSideDown) {
  start();
  RawClient client = connect();
  client.send(get_hello);
  client.shutdown_send();
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  bool ended = false;
  client.read_to_end(&ended);
  EXPECT_TRUE(ended);
}

TEST_F(HttpConnectionTest, RefusesHeadersPastTheirBound) {
  start();
  const std::string many = [] {
    std::string headers;
    for (int i = 0; i < 2000; ++i) {
      headers += "X-" + std::to_string(i) + ": y\r\n";
    }
    return headers;
  }();
  const std::string one = "X-Long: " + std::string(1024 * 1024, 'x') + "\r\n";
  for (const std::string* headers : {&many, &one}) {
    RawClient client = connect();
    client.send("GET /hello HTTP/1.1\r\nHost: test\r\n" + *headers + "\r\n");
    const auto response = client.read_response();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 431);
    EXPECT_EQ(problem_name(*response), "/problems/headers-too-large");
  }
  RawClient client = connect();
  client.send("GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_EQ(client.read_response().value_or(RawResponse{}).status, 431);
}

TEST_F(HttpConnectionTest, TakesBodiesUpToTheirBound) {
  start();
  RawClient client = connect();
  const std::string body(limits::request_body_bytes_max, ' ');
  ASSERT_TRUE(client.send(post(body, "Content-Type: application/json\r\n")));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body.size(), body.size());
}

TEST_F(HttpConnectionTest, RefusesChunkedBodiesPastTheirBound) {
  start();
  RawClient client = connect();
  std::string request =
      "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n"
      "Content-Type: application/json\r\n\r\n";
  for (int i = 0; i < 300; ++i) {
    request += "1000\r\n" + std::string(0x1000, ' ') + "\r\n";
  }
  client.send(request);
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413);
}

TEST_F(HttpConnectionTest, TellsASlowClientAndEnds) {
  ServerOptions options = options_for_tests();
  options.times.request = milliseconds(50);
  start(options);
  RawClient client = connect();
  client.send("GET /hello HTTP/1.1\r\nHost:");
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 408);
  EXPECT_EQ(response->headers.at("connection"), "close");
  bool ended = false;
  client.read_to_end(&ended);
  EXPECT_TRUE(ended);
}

TEST_F(HttpConnectionTest, TellsAClientWhoseBodyDoesNotCome) {
  ServerOptions options = options_for_tests();
  options.times.request = milliseconds(50);
  start(options);
  RawClient client = connect();
  const std::string whole = post("{}", "Content-Type: application/json\r\n");
  client.send(whole.substr(0, whole.size() - 1));
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 408);
}

TEST_F(HttpConnectionTest, EndsAConnectionThatSaysNothing) {
  ServerOptions options = options_for_tests();
  options.times.request = milliseconds(50);
  options.times.keep_alive = milliseconds(50);
  start(options);
  RawClient silent = connect();
  bool ended = false;
  EXPECT_EQ(silent.read_to_end(&ended), "");
  EXPECT_TRUE(ended);
  RawClient kept = connect();
  kept.send(get_hello);
  ASSERT_TRUE(kept.read_response());
  EXPECT_EQ(kept.read_to_end(&ended), "");
  EXPECT_TRUE(ended);
}

TEST_F(HttpConnectionTest, EndsAConnectionThatDoesNotReadAndServesOthers) {
  ServerOptions options = options_for_tests();
  options.times.write = milliseconds(1);
  start(options);
  RawClient stalled = connect();
  stalled.shrink_receive_buffer();
  // Each is so short that it has no more time than that; all of them are more than the network
  // takes.
  constexpr std::size_t answers = 1'000;
  constexpr std::size_t bytes = 16'000;
  std::string requests;
  for (std::size_t i = 0; i < answers; ++i) {
    requests += "GET /big?bytes=" + std::to_string(bytes) + " HTTP/1.1\r\nHost: test\r\n\r\n";
  }
  stalled.send(requests);
  EXPECT_EQ(get("/hello").status, 200);
  EXPECT_TRUE(comes_true([&] { return server_->figures().connections == 0; }));
  bool ended = false;
  EXPECT_LT(stalled.read_to_end(&ended).size(), answers * bytes);
  EXPECT_TRUE(ended);
}

TEST_F(HttpConnectionTest, TurnsAwayConnectionsPastItsBound) {
  ServerOptions options = options_for_tests();
  options.connections_max = 2;
  start(options);
  RawClient first = connect();
  first.send(get_hello);
  ASSERT_TRUE(first.read_response());
  RawClient second = connect();
  second.send(get_hello);
  ASSERT_TRUE(second.read_response());
  RawClient third = connect();
  const auto response = third.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->headers.at("retry-after"), "5");
  first.send(get_hello);
  EXPECT_TRUE(first.read_response());
}

TEST_F(HttpConnectionTest, LetsARequestUnderWayFinishWhenItStops) {
  start();
  RawClient idle = connect();
  idle.send(get_hello);
  ASSERT_TRUE(idle.read_response());
  auto busy = std::make_unique<RawClient>(server_->port());
  busy->send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n");
  wait_for_slow();
  std::thread stopping([this] { server_->stop(); });
  // The idle one is ended, which shows that the stop has begun.
  bool ended = false;
  EXPECT_EQ(idle.read_to_end(&ended), "");
  EXPECT_TRUE(ended);
  release_slow();
  const auto response = busy->read_response();
  busy.reset();
  stopping.join();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.at("connection"), "close");
  EXPECT_THROW(connect(), std::runtime_error);
}

TEST_F(HttpConnectionTest, StopsThoughARequestNeverFinishes) {
  ServerOptions options = options_for_tests();
  options.times.stop = milliseconds(20);
  start(options);
  RawClient busy = connect();
  busy.send("GET /slow HTTP/1.1\r\nHost: test\r\n\r\n");
  wait_for_slow();
  server_->stop();
  EXPECT_EQ(busy.read_response(), std::nullopt);
}

TEST_F(HttpConnectionTest, SaysThatAnAddressIsTaken) {
  start();
  ServerOptions options = options_for_tests();
  options.port = server_->port();
  const auto second = Server::open(options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, events::ErrorCode::Unavailable);
}

}  // namespace
}  // namespace bitacora::http
