// A client that is cut off at random, resuming each time, has in the end what a fresh client has
// (docs/PROTOCOL.md, R5).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <random>

#include "tests/acceptance/audit.h"
#include "tests/acceptance/cutting_proxy.h"
#include "tests/acceptance/desk_model.h"
#include "tests/acceptance/serving.h"

namespace bitacora::acceptance_test {

namespace {

constexpr std::size_t cuts_to_survive = 200;
constexpr std::size_t visitors = 24;

// What goes on around the client: contacts write, the two operators of the department answer,
// give back, close, reopen and hand over, and one of them changes names. One step at a time, from
// one thread.
class Bustle {
 public:
  Bustle(std::uint16_t port, std::uint64_t seed)
      : random_(seed),
        ana_(port, sign_in(port, "ana")),
        bruno_(port, sign_in(port, "bruno")),
        admin_(port, sign_in(port, "admin")) {
    for (std::size_t i = 0; i < visitors; ++i) {
      const auto visitor = register_visitor(port, "ventas", "Visitante " + std::to_string(i));
      contacts_.emplace_back(port, visitor.token);
    }
    ana_id_ = text_at(ana_.get("/api/v1/me").body, "/id");
    bruno_id_ = text_at(bruno_.get("/api/v1/me").body, "/id");
  }

  // Where the last change stands.
  [[nodiscard]] std::uint64_t position() const { return position_; }

  // A step that is refused (it is closed, the other one has it) is a step too.
  void step() {
    const auto answer = take_step();
    const bool expected = answer.status == 200 || answer.status == 201 || answer.status == 404 ||
                          answer.status == 409;
    EXPECT_TRUE(expected) << json::serialize(answer.body);
    position_ = std::max(position_, count_at(answer.body, "/position"));
  }

 private:
  Answer take_step() {
    const std::size_t who = random_() % visitors;
    const std::string text = "paso " + std::to_string(++steps_);
    if (steps_ % 100 == 0) {
      return admin_.put(
          "/api/v1/operators/" + bruno_id_,
          {{"name", "Bruno, " + text}, {"role", "operator"}, {"departments", {"ventas"}}});
    }
    // A contact may write 120 messages a minute.
    if (conversations_[who].empty() || (random_() % 3 == 0 && written_[who] < 100)) {
      ++written_[who];
      auto answer = contacts_[who].post("/api/v1/webchat/messages", text_body(text));
      conversations_[who] = text_at(answer.body, "/conversation_id");
      return answer;
    }
    const bool by_ana = random_() % 2 == 0;
    auto& desk = by_ana ? ana_ : bruno_;
    const auto& id = conversations_[who];
    switch (random_() % 8) {
      case 0:
        return desk.post(conversation_path(id, "release"));
      case 1:
        return desk.post(conversation_path(id, "close"));
      case 2:
        return desk.post(conversation_path(id, "reopen"));
      case 3:
        return desk.post(
            conversation_path(id, "transfer"),
            {{"operator_id", by_ana ? bruno_id_ : ana_id_}, {"note", text + ", para ti"}});
      case 4:
        return desk.post(conversation_path(id, "read"));
      default:
        return desk.post(conversation_path(id, "messages"), text_body(text));
    }
  }

  std::mt19937_64 random_;
  Client ana_;
  Client bruno_;
  Client admin_;
  std::string ana_id_{};
  std::string bruno_id_{};
  std::vector<Client> contacts_{};
  std::array<std::string, visitors> conversations_{};
  std::array<int, visitors> written_{};
  std::size_t steps_ = 0;
  std::uint64_t position_ = 0;
};

// Ana's client, behind a line that breaks.
class CutClient {
 public:
  // Holds the state of the position; no changes may happen meanwhile.
  CutClient(std::uint16_t port, std::uint16_t proxy_port, std::string token, std::uint64_t position)
      : proxy_port_(proxy_port), token_(std::move(token)), http_(port, token_) {
    const auto counts =
        http_.get("/api/v1/conversations/counts?at_least=" + std::to_string(position));
    position_ = count_at(counts.body, "/position");
    desk_.load(http_, position_);
  }

  // Takes what is there; connects again when the line was cut, and resumes.
  void take(std::chrono::milliseconds patience) {
    if (!socket_ && !connect()) return;
    while (const auto frame = socket_->receive(patience)) handle(read_json(*frame));
    if (socket_->closed()) socket_.reset();
  }

  // Cuts the line itself; the next take() resumes.
  void drop() {
    socket_.reset();
    caught_up_ = false;
  }
  // Whether a resume has told everything up to the position.
  [[nodiscard]] bool has(std::uint64_t position) const {
    return caught_up_ && position_ >= position;
  }
  [[nodiscard]] const DeskModel& desk() const { return desk_; }
  [[nodiscard]] std::size_t resumes() const { return resumes_; }

 private:
  bool connect() {
    caught_up_ = false;
    // The line may be cut before the handshake is through: then the next try has another one.
    auto opened = bench::BlockingSocket::open({.port = proxy_port_, .bearer = token_});
    if (!opened) return false;
    socket_ = std::move(*opened);
    return true;
  }

  void handle(const json::value& frame) {
    const auto type = text_at(frame, "/type");
    const auto position = count_at(frame, "/position");
    if (type == "hello") {
      ++resumes_;
      // A line that is cut already is noticed by the next reading.
      (void)socket_->send(
          json::serialize(json::object{{"type", "resume"}, {"position", position_}}));
    } else if (type == "changes") {
      EXPECT_GT(position, position_) << "told twice: " << json::serialize(frame);
      desk_.apply(frame, http_);
      position_ = position;
    } else if (type == "caught_up") {
      EXPECT_GE(position, position_);
      position_ = position;
      caught_up_ = true;
    } else if (type == "resync") {
      // A name has changed: nothing here is so old, and nobody's rights change.
      desk_.load(http_, position);
      position_ = position;
      (void)socket_->send(
          json::serialize(json::object{{"type", "resume"}, {"position", position_}}));
    } else {
      ADD_FAILURE() << "unexpected: " << json::serialize(frame);
    }
  }

  std::uint16_t proxy_port_;
  std::string token_;
  Client http_;
  std::unique_ptr<bench::BlockingSocket> socket_{};
  DeskModel desk_{};
  std::uint64_t position_ = 0;
  bool caught_up_ = false;
  std::size_t resumes_ = 0;
};

}  // namespace

TEST(Resume, AClientCutOffTwoHundredTimesEndsWithTheStateOfAFreshOne) {
  std::mt19937_64 random(random_seed());
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  const auto server = serve_demo(data);
  const std::string token = sign_in(server->port(), "ana");
  Bustle bustle(server->port(), random());
  for (int i = 0; i < 60; ++i) bustle.step();

  // The handshake is some 200 bytes, a frame some hundred to some thousand.
  std::atomic<bool> cutting = true;
  std::mt19937_64 cut_random(random());
  CuttingProxy proxy(server->port(), [&]() -> std::size_t {
    return cutting ? 1 + cut_random() % 6000 : std::size_t{1} << 40;
  });
  CutClient client(server->port(), proxy.port(), token, bustle.position());
  constexpr std::size_t rounds_max = cuts_to_survive * 50;
  std::size_t rounds = 0;
  // A line may be cut before the server has said hello: that is no resume.
  const auto has_resumed = [&] { return client.resumes() > cuts_to_survive; };
  for (; !has_resumed() && rounds < rounds_max; ++rounds) {
    for (auto steps = random() % 6; steps > 0; --steps) bustle.step();
    client.take(std::chrono::milliseconds(random() % 4));
  }
  EXPECT_TRUE(has_resumed());
  EXPECT_GE(proxy.cuts(), cuts_to_survive);
  cutting = false;

  // One resume more, on a line that holds, tells the rest.
  client.drop();
  for (int i = 0; i < 1000 && !client.has(bustle.position()); ++i) {
    client.take(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(client.has(bustle.position()));
  Client ana(server->port(), token);
  DeskModel fresh;
  fresh.load(ana, bustle.position());
  EXPECT_GT(client.desk().loads(), 1U) << "a name changed";
  EXPECT_LT(client.desk().loads(), cuts_to_survive / 4) << "most of the cuts are resumed from";
  EXPECT_EQ(client.desk().conversations(), fresh.conversations());
  EXPECT_EQ(client.desk().messages(), fresh.messages());
  std::cout << proxy.cuts() << " cuts, " << client.resumes() << " resumes, "
            << fresh.conversations().size() << " conversations, log at " << bustle.position()
            << std::endl;
  EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));
  expect_views_equal_rebuilt(data);
}

}  // namespace bitacora::acceptance_test
