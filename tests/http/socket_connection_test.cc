// WebSockets over real sockets: the rules of http/socket.h, and what clients do wrong (rule F14).
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <thread>
#include <utility>

#include "events/limits.h"
#include "tests/http/server_fixture.h"
#include "tests/http/socket_frames.h"

namespace bitacora::http {
namespace {

namespace limits = events::limits;
using std::chrono::milliseconds;

constexpr std::uint8_t text = 0x81;
constexpr std::uint8_t binary = 0x82;
constexpr std::uint8_t close_frame = 0x88;
constexpr std::uint8_t ping = 0x89;
constexpr std::uint8_t pong = 0x8A;

using SocketConnectionTest = ServerTest;

TEST_F(SocketConnectionTest, CarriesFramesBothWays) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/ws"));
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{511}, std::size_t{512},
                                 std::size_t{513}, std::size_t{20'000}, limits::frame_bytes_max}) {
    const std::string payload(size, 'p');
    ASSERT_TRUE(client.send(client_frame(text, payload))) << size;
    const ServerFrame answer = read_frame(client);
    EXPECT_EQ(answer.first_byte, text) << size;
    EXPECT_EQ(answer.payload, payload) << size;
  }
  EXPECT_EQ(server_->figures().sockets, 1U);
}

TEST_F(SocketConnectionTest, KeepsTheOrderOfManyFramesAtOnce) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/ws"));
  std::string frames;
  constexpr int count = 1000;
  for (int i = 0; i < count; ++i) {
    frames += client_frame(text, std::string(static_cast<std::size_t>(i), 'x') + std::to_string(i));
  }
  std::thread sending([&] { EXPECT_TRUE(client.send(frames)); });
  for (int i = 0; i < count; ++i) {
    const ServerFrame answer = read_frame(client);
    ASSERT_TRUE(answer.payload.ends_with(std::to_string(i))) << i;
    ASSERT_EQ(answer.payload.size(), static_cast<std::size_t>(i) + std::to_string(i).size());
  }
  sending.join();
}

TEST_F(SocketConnectionTest, PutsFragmentsTogether) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/ws"));
  client.send(client_frame(0x01, "to") + client_frame(0x00, "") + client_frame(ping, "p") +
              client_frame(0x00, std::string(3000, 'g')) + client_frame(0x80, "ether"));
  EXPECT_EQ(read_frame(client).first_byte, pong);
  EXPECT_EQ(read_frame(client).payload, "to" + std::string(3000, 'g') + "ether");
}

TEST_F(SocketConnectionTest, AnswersPings) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/ws"));
  client.send(client_frame(ping, "are you there"));
  const ServerFrame answer = read_frame(client);
  EXPECT_EQ(answer.first_byte, pong);
  EXPECT_EQ(answer.payload, "are you there");
}

TEST_F(SocketConnectionTest, AnswersACloseWithItsCodeAndEnds) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/probe"));
  client.send(client_frame(close_frame, std::string("\x03\xE8", 2)));
  const auto frames = read_frames_to_end(client);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].close_code(), 1000);
  EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; }));
}

TEST_F(SocketConnectionTest, ClosesWithTheReasonOfWhatWasWrong) {
  ServerOptions options = options_for_tests();
  // These clients never answer the close.
  options.times.close = milliseconds(50);
  start(options);
  struct Case {
    std::string name;
    std::string bytes;
    int code;
    std::string reason{};
  };
  const std::string past(limits::frame_bytes_max + 1, 'x');
  const std::string half(limits::frame_bytes_max / 2 + 1, 'x');
  std::string unmasked = "\x81\x02hi";
  // Its head says that 2^40 bytes come.
  const std::string endless = std::string("\x81\xff\0\0\1\0\0\0\0\0\0\0\0\0", 14) + past;
  const std::string bound = "a frame has at most 65536 bytes";
  const std::vector<Case> cases{
      {"binary", client_frame(binary, "hi"), 1003, "Frames are text."},
      {"past the bound", client_frame(text, past), 1009, bound},
      {"past the bound in fragments", client_frame(0x01, half) + client_frame(0x80, half), 1009,
       bound},
      {"far past the bound", endless, 1009, bound},
      {"not UTF-8", client_frame(text, "\xff\xfe"), 1007},
      {"cut UTF-8", client_frame(text, "\xc3"), 1007},
      {"not masked", unmasked, 1002},
      {"reserved bit", client_frame(0xC1, "hi"), 1002},
      {"reserved opcode", client_frame(0x83, "hi"), 1002},
      {"continuation of nothing", client_frame(0x80, "hi"), 1002},
      {"fragmented ping", client_frame(0x09, "hi"), 1002},
      {"long ping", client_frame(ping, std::string(126, 'p')), 1002},
  };
  for (const Case& tried : cases) {
    RawClient client = connect();
    ASSERT_TRUE(upgrade(client, "/probe")) << tried.name;
    client.send(tried.bytes);
    const auto frames = read_frames_to_end(client);
    ASSERT_EQ(frames.size(), 1U) << tried.name;
    EXPECT_EQ(frames[0].close_code(), tried.code) << tried.name;
    EXPECT_EQ(frames[0].payload.substr(2), tried.reason) << tried.name;
    ASSERT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; })) << tried.name;
    probe().closed = false;
    EXPECT_TRUE(probe().received.empty()) << tried.name;
  }
}

TEST_F(SocketConnectionTest, RefusesAnUpgradeByAProblem) {
  start();
  struct Case {
    std::string request;
    int status;
  };
  const std::vector<Case> cases{
      {upgrade_request("/smoke"), 404},
      {upgrade_request("/hello"), 404},
      {upgrade_request("/private-ws"), 401},
      {upgrade_request("/ws", "Origin: https://elsewhere.example\r\n"), 403},
      {upgrade_request("/ws") + "early bytes", 400},
      {"GET /ws HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
       "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
       400},
      {"GET /ws HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
       "Sec-WebSocket-Version: 13\r\n\r\n",
       400},
  };
  for (const Case& tried : cases) {
    RawClient client = connect();
    client.send(tried.request);
    const auto response = client.read_response();
    ASSERT_TRUE(response) << tried.request;
    EXPECT_EQ(response->status, tried.status) << tried.request;
    EXPECT_EQ(response->headers.at("content-type"), "application/problem+json") << tried.request;
  }
  RawClient known = connect();
  known.send(upgrade_request("/private-ws", "Authorization: Bearer ana\r\n"));
  EXPECT_THAT(known.read_head(), testing::HasSubstr(" 101 "));
}

TEST_F(SocketConnectionTest, WritesWhatItsSessionWakesItFor) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/probe"));
  ASSERT_TRUE(probe().wait([](SessionProbe& seen) { return seen.socket != nullptr; }));
  std::vector<std::string> sent;
  for (int i = 0; i < 200; ++i) {
    // Small ones are gathered, large ones written by themselves; the order stays.
    const std::size_t size = i % 10 == 9 ? limits::gathered_frame_bytes_max * 2 : 100;
    sent.push_back(std::to_string(i) + std::string(size, 'x'));
  }
  std::thread sending([&] {
    for (const std::string& frame : sent) {
      send(frame);
    }
  });
  for (const std::string& frame : sent) {
    ASSERT_EQ(read_frame(client).payload, frame);
  }
  sending.join();
}

TEST_F(SocketConnectionTest, ClosesWhenItsSessionAsksItTo) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/probe"));
  client.send(client_frame(text, "close") + client_frame(text, "never seen"));
  const ServerFrame goodbye = read_frame(client);
  EXPECT_EQ(goodbye.close_code(), 1008);
  EXPECT_EQ(goodbye.payload.substr(2), "asked to");
  client.send(client_frame(close_frame, goodbye.payload));
  EXPECT_TRUE(read_frames_to_end(client).empty());
  ASSERT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; }));
  EXPECT_EQ(probe().received, std::vector<std::string>{"close"});
}

TEST_F(SocketConnectionTest, EndsAConnectionWhoseClientDoesNotAnswerTheClose) {
  ServerOptions options = options_for_tests();
  options.times.close = milliseconds(30);
  start(options);
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/probe"));
  client.send(client_frame(text, "close"));
  EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; }));
}

TEST_F(SocketConnectionTest, ReadsNothingWhileReadingIsPaused) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/probe"));
  client.send(client_frame(text, "pause") + client_frame(text, "later"));
  ASSERT_TRUE(probe().wait([](SessionProbe& seen) { return seen.received.size() == 1; }));
  // Writing goes on; when this has come, the second frame would have come, too.
  send("still writing");
  EXPECT_EQ(read_frame(client).payload, "still writing");
  std::shared_ptr<Socket> socket;
  {
    const std::lock_guard lock(probe().mutex);
    EXPECT_EQ(probe().received.size(), 1U);
    socket = probe().socket;
  }
  socket->pause_reading(false);
  EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.received.size() == 2; }));
}

TEST_F(SocketConnectionTest, PingsASilentClientAndKeepsOneThatAnswers) {
  ServerOptions options = options_for_tests();
  options.times.heartbeat = milliseconds(30);
  start(options);
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/ws"));
  for (int i = 0; i < 4; ++i) {
    const ServerFrame asked = read_frame(client);
    ASSERT_EQ(asked.first_byte, ping);
    client.send(client_frame(pong, asked.payload));
  }
}

TEST_F(SocketConnectionTest, TellsAClientThatAnswersNoPingWhyItIsClosed) {
  ServerOptions options = options_for_tests();
  options.times.heartbeat = milliseconds(30);
  start(options);
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/probe"));
  ASSERT_EQ(read_frame(client).first_byte, ping);
  const ServerFrame goodbye = read_frame(client);
  EXPECT_EQ(goodbye.close_code(), 1008);
  EXPECT_EQ(goodbye.payload.substr(2), "no answer to a ping");
  client.send(client_frame(close_frame, goodbye.payload));
  EXPECT_TRUE(read_frames_to_end(client).empty());
  EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; }));
}

TEST_F(SocketConnectionTest, EndsAConnectionWhoseClientIsGone) {
  ServerOptions options = options_for_tests();
  options.times.heartbeat = milliseconds(30);
  options.times.close = milliseconds(30);
  options.times.write = milliseconds(30);
  options.times.write_bytes_per_second = limits::gathered_bytes_max * 2;
  start(options);
  // One of them takes nothing, so that a ping cannot even be written.
  for (const std::string path : {"/probe", "/flood"}) {
    RawClient client = connect();
    client.shrink_receive_buffer();
    ASSERT_TRUE(upgrade(client, path));
    EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; })) << path;
    probe().closed = false;
  }
}

TEST_F(SocketConnectionTest, EndsWithADefectAndNothingElseDoes) {
  start();
  RawClient other = connect();
  ASSERT_TRUE(upgrade(other, "/ws"));
  RawClient asking = connect();
  ASSERT_TRUE(upgrade(asking, "/probe"));
  asking.send(client_frame(text, "throw"));
  EXPECT_EQ(read_frame(asking).close_code(), 1011);
  asking.send(client_frame(close_frame, "\x03\xF3"));
  EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; }));

  probe().closed = false;
  RawClient told = connect();
  ASSERT_TRUE(upgrade(told, "/probe"));
  send("throw");
  EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; }));
  bool ended = false;
  told.read_to_end(&ended);
  EXPECT_TRUE(ended);

  ASSERT_TRUE(other.send(client_frame(text, "hello")));
  EXPECT_EQ(read_frame(other).payload, "hello");
}

// F13, F14: a large frame may take its time, and a client that takes it at last is there.
TEST_F(SocketConnectionTest, WaitsForASlowClientThatTakesItsFrame) {
  ServerOptions options = options_for_tests();
  options.times.write = milliseconds(50);
  options.times.heartbeat = milliseconds(250);
  start(options);
  // More than the system's buffers take; made beforehand, as the first ping does not wait for it.
  std::string large(32ul * 1024 * 1024, 'x');
  const std::size_t bytes = large.size();
  RawClient slow = connect();
  ASSERT_TRUE(upgrade(slow, "/probe"));
  send(std::move(large));
  std::this_thread::sleep_for(milliseconds(1'000));
  const ServerFrame frame = read_frame(slow);
  EXPECT_EQ(frame.payload.size(), bytes);
  EXPECT_EQ(read_frame(slow).first_byte, ping);
}

// F13
TEST_F(SocketConnectionTest, ClosesRatherThanSendTooMuchAtOnce) {
  ServerOptions options = options_for_tests();
  options.sent_at_once_bytes_max = 128ul * 1024;  // half of it for who is not signed in
  start(options);
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/probe"));
  send(std::string(64ul * 1024, 'x'));
  EXPECT_EQ(read_frame(client).payload.size(), 64U * 1024U);
  send(std::string(64ul * 1024 + 1, 'x'));
  EXPECT_EQ(read_frame(client).close_code(), 1013);
}

TEST_F(SocketConnectionTest, TellsItsSessionWhenTheConnectionBreaks) {
  start();
  {
    RawClient client = connect();
    ASSERT_TRUE(upgrade(client, "/probe"));
    // Half a frame, and gone.
    client.send(client_frame(text, std::string(2000, 'x')).substr(0, 700));
  }
  EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; }));
  EXPECT_TRUE(probe().received.empty());
}

TEST_F(SocketConnectionTest, AsksForNoMoreFramesThanAStalledClientTakes) {
  start();
  RawClient stalled = connect();
  stalled.shrink_receive_buffer();
  ASSERT_TRUE(upgrade(stalled, "/flood"));
  // It stops asking: two looks at the number, with others served between them, see the same.
  std::size_t before = 0;
  for (int calm = 0; calm < 3;) {
    RawClient other = connect();
    ASSERT_TRUE(upgrade(other, "/ws"));
    for (int i = 0; i < 50; ++i) {
      ASSERT_TRUE(other.send(client_frame(text, "hello")));
      ASSERT_EQ(read_frame(other).payload, "hello");
    }
    const std::lock_guard lock(probe().mutex);
    calm = probe().frames_asked_for == before ? calm + 1 : 0;
    before = probe().frames_asked_for;
    // What the system's buffers and ours take is far less.
    ASSERT_LT(before, 16U * 1024U);
  }
  EXPECT_EQ(read_frame(stalled).payload.size(), 8192U);
}

TEST_F(SocketConnectionTest, EndsAStalledClientInTime) {
  ServerOptions options = options_for_tests();
  options.times.write = milliseconds(50);
  start(options);
  RawClient stalled = connect();
  stalled.shrink_receive_buffer();
  ASSERT_TRUE(upgrade(stalled, "/flood"));
  EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; }));
}

TEST_F(SocketConnectionTest, BoundsThePongsOfAClientThatReadsNone) {
  ServerOptions options = options_for_tests();
  options.times.write = milliseconds(200);
  start(options);
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/probe"));
  std::string pings;
  for (int i = 0; i < 1000; ++i) {
    pings += client_frame(ping, std::string(125, 'p'));
  }
  // The server stops reading when its pongs are not taken, and ends the connection.
  for (int i = 0; i < 1000 && client.send(pings); ++i) {
  }
  EXPECT_TRUE(probe().wait([](SessionProbe& seen) { return seen.closed; }));
}

TEST_F(SocketConnectionTest, TellsItsClientsThatTheServerStops) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(upgrade(client, "/probe"));
  ASSERT_TRUE(probe().wait([](SessionProbe& seen) { return seen.socket != nullptr; }));
  std::thread stopping([this] { server_->stop(); });
  const ServerFrame goodbye = read_frame(client);
  EXPECT_EQ(goodbye.close_code(), 1001);
  client.send(client_frame(close_frame, goodbye.payload));
  EXPECT_TRUE(read_frames_to_end(client).empty());
  stopping.join();
  EXPECT_TRUE(probe().closed);
  EXPECT_EQ(server_->figures().sockets, 0U);
}

TEST_F(SocketConnectionTest, StopsThoughClientsAreStalled) {
  ServerOptions options = options_for_tests();
  options.times.stop = milliseconds(50);
  start(options);
  RawClient stalled = connect();
  stalled.shrink_receive_buffer();
  ASSERT_TRUE(upgrade(stalled, "/flood"));
  ASSERT_TRUE(probe().wait([](SessionProbe& seen) { return seen.frames_asked_for > 1; }));
  server_->stop();
  EXPECT_TRUE(probe().closed);
  EXPECT_EQ(server_->figures().connections, 0U);
}

}  // namespace
}  // namespace bitacora::http
