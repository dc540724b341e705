// A client that is cut off at any moment, and resumes each time, has in the end exactly the state
// of a fresh client (R5), and was told each message once (R1), whichever way the server caught it
// up: from the hub's ring, from the views, or in pieces. Rules F12, F13, L6, R1, R5.
//
// The method: people of all roles and contacts act at random, at the same time as a client that
// connects, resumes from the last position it holds, reads a random number of frames, and is cut.
// In the end what it holds is compared with what the lists give a fresh client.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "tests/http/crowd.h"

namespace bitacora::http {

namespace {

// What a client holds of the conversations that it may see.
class Holding {
 public:
  // The three tabs, and each conversation's messages; what is newer is left to the frames (L6).
  void load(RigClient& client, std::uint64_t at_least) {
    conversations_.clear();
    messages_.clear();
    without_history_.clear();
    const std::string wait = "&at_least=" + std::to_string(at_least);
    for (const std::string tab : {"waiting", "attending", "closed"}) {
      for (const json::value& item :
           client.list("/api/v1/conversations?limit=200&tab=" + tab + wait)) {
        if (number_at(item, "/position") <= at_least) conversations_[text_at(item, "/id")] = item;
      }
    }
    for (const auto& [id, conversation] : conversations_) load_messages(client, id);
  }

  void apply(const json::value& frame, RigClient& client) {
    position_ = number_at(frame, "/position");
    for (const json::value& change : frame.at("changes").as_array()) {
      const std::string type = text_at(change, "/type");
      if (type == "conversation") {
        const std::string id = text_at(change, "/conversation/id");
        if (!conversations_.contains(id)) without_history_.insert(id);
        conversations_[id] = change.at("conversation");
      } else if (type == "conversation_gone") {
        const std::string id = text_at(change, "/conversation_id");
        conversations_.erase(id);
        messages_.erase(id);
        without_history_.erase(id);
      } else {
        const json::value& message = change.at("message");
        const std::string id = text_at(message, "/conversation_id");
        EXPECT_TRUE(conversations_.contains(id)) << "a message before its conversation";
        // A message that has changed is told again, as it is then.
        EXPECT_TRUE(told_.insert(json::serialize(message)).second)
            << "told twice: " << json::serialize(message);
        messages_[id][number_at(message, "/version")] = message;
      }
    }
    // What was written before it came into sight is its history (F4).
    std::erase_if(without_history_,
                  [&](const std::string& id) { return load_messages(client, id); });
  }

  void hold(std::uint64_t position) { position_ = position; }
  // As it is told to (R4): the lists are of `position` or later.
  void load_anew(RigClient& client, std::uint64_t position) {
    ++loads_;
    load(client, position);
    hold(position);
  }
  [[nodiscard]] std::uint64_t position() const { return position_; }
  [[nodiscard]] std::size_t loads() const { return loads_; }

  void expect_same(const Holding& fresh, const std::string& who) const {
    EXPECT_EQ(conversations_.size(), fresh.conversations_.size()) << who;
    for (const auto& [id, conversation] : fresh.conversations_) {
      const auto found = conversations_.find(id);
      if (found == conversations_.end()) {
        ADD_FAILURE() << who << " was never told of " << json::serialize(conversation);
        continue;
      }
      EXPECT_EQ(found->second, conversation) << who;
    }
    EXPECT_EQ(messages_, fresh.messages_) << who;
  }

 private:
  // False when it is out of sight again by now; then a frame will tell of it.
  bool load_messages(RigClient& client, const std::string& id) {
    const RigAnswer answer = client.get(conversation_path(id, "messages") + "?limit=200");
    if (answer.status != 200) return false;
    EXPECT_TRUE(answer.body.at("next_cursor").is_null()) << "the test's conversations are short";
    for (const json::value& message : answer.body.at("items").as_array()) {
      messages_[id][number_at(message, "/version")] = message;
    }
    return true;
  }

  std::uint64_t position_ = 0;
  std::size_t loads_ = 0;
  std::map<std::string, json::value> conversations_;
  std::map<std::string, std::map<std::uint64_t, json::value>> messages_;
  std::set<std::string> without_history_;
  std::set<std::string> told_;
};

// One connection: resumes, reads `frames` frames at most, and is cut. Whether it was caught up.
bool visit(ServerRig& rig, const std::string& token, Holding& holding, RigClient& client,
           std::size_t frames) {
  RigSocket socket = rig.live_with(token);
  socket.send({{"type", "resume"}, {"position", holding.position()}});
  std::uint64_t last = holding.position();
  for (std::size_t i = 0; i < frames; ++i) {
    const json::value frame = socket.next();
    if (frame.is_null()) {
      ADD_FAILURE() << "the socket was silent";
      return false;
    }
    const std::string type = text_at(frame, "/type");
    EXPECT_GE(number_at(frame, "/position"), last) << "F5";
    last = number_at(frame, "/position");
    if (type == "changes") {
      holding.apply(frame, client);
    } else if (type == "resync") {
      holding.load_anew(client, last);
      socket.send({{"type", "resume"}, {"position", last}});
    } else if (type == "caught_up") {
      holding.hold(last);
      socket.cut();
      return true;
    } else {
      ADD_FAILURE() << "unexpected: " << json::serialize(frame);
    }
  }
  socket.cut();
  return false;
}

struct Way {
  const char* name;
  RigOptions options;
};

class Resume : public testing::TestWithParam<Way> {};

TEST_P(Resume, AClientThatIsCutOffTwoHundredTimesHasTheStateOfAFreshOne) {
  ServerRig rig(GetParam().options);
  std::random_device entropy;
  const unsigned seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  Crowd crowd(rig, seed);
  const std::vector<std::string> people{"ana", "sofia", "aldo", "carla"};
  std::map<std::string, Holding> holdings;
  std::map<std::string, RigClient> clients;
  std::map<std::string, std::string> tokens;
  for (const std::string& who : people) {
    tokens.emplace(who, rig.token(who));
    clients.emplace(who, rig.client_with(tokens.at(who)));
    const std::uint64_t now = rig.log().last_position().value();
    holdings[who].load(clients.at(who), now);
    // The tabs and the messages were read one after the other, so all that is certain is what was
    // there before; nothing has happened since.
    holdings[who].hold(now);
  }
  crowd.rename_too();
  crowd.start();
  for (int cut = 0; cut < 200; ++cut) {
    crowd.allow(15 * (cut + 1));
    const std::string& who = people[random() % people.size()];
    visit(rig, tokens.at(who), holdings.at(who), clients.at(who), random() % 4);
  }
  crowd.finish(300);
  const std::uint64_t end = rig.log().last_position().value();
  std::size_t loads = 0;
  for (const std::string& who : people) {
    clients.at(who).get("/api/v1/conversations/counts?at_least=" + std::to_string(end));
    Holding& holding = holdings.at(who);
    EXPECT_TRUE(visit(rig, tokens.at(who), holding, clients.at(who), 10'000));
    Holding fresh;
    fresh.load(clients.at(who), end);
    holding.expect_same(fresh, who);
    EXPECT_LT(holding.loads(), 20U) << "most of the cuts are resumed from";
    loads += holding.loads();
  }
  EXPECT_GT(loads, 0U) << "names changed, and were told anew";
}

INSTANTIATE_TEST_SUITE_P(
    Ways, Resume,
    testing::Values(Way{"FromTheRing", {}}, Way{"FromTheViews", {.hub = {.entries_max = 1}}},
                    Way{"FromATinyRing", {.hub = {.entries_max = 4}}},
                    Way{"InPieces", {.hub = {.entries_max = 8}, .changes_frame_bytes_max = 1500}},
                    Way{"InPiecesOfTheRing", {.changes_frame_bytes_max = 3000}}),
    [](const auto& way) { return std::string(way.param.name); });

// --- Clients that stay ------------------------------------------------------------------------

TEST(LiveCounts, StayWhatTheListsSay) {
  ServerRig rig;
  Crowd crowd(rig, 7);
  std::map<std::string, RigSocket> sockets;
  std::map<std::string, json::value> told;
  for (const std::string who : {"ana", "carla", "sofia", "aldo"}) {
    RigSocket socket(rig.port(), "/api/v1/ws", {{"Authorization", "Bearer " + rig.token(who)}});
    const json::value hello = socket.next();
    told[who] = hello.at("counts");
    socket.send({{"type", "resume"}, {"position", hello.at("position")}});
    socket.next_of("caught_up");
    sockets.emplace(who, std::move(socket));
  }
  crowd.start();
  crowd.finish(300);
  // The last that each of them is told of, and so the end of what moves their counts.
  const std::string in_soporte = rig.waiting_conversation("soporte");
  const std::string in_ventas = rig.waiting_conversation("ventas");
  for (auto& [who, socket] : sockets) {
    const std::string& last = who == "carla" ? in_soporte : in_ventas;
    for (bool found = false; !found;) {
      const json::value frame = socket.next_of("changes");
      ASSERT_FALSE(frame.is_null()) << who;
      if (frame.as_object().contains("counts")) told[who] = frame.at("counts");
      found = json::serialize(frame).find(last) != std::string::npos;
    }
    const RigAnswer counts = rig.client(who).get("/api/v1/conversations/counts");
    EXPECT_EQ(number_at(told[who], "/waiting"), number_at(counts.body, "/waiting")) << who;
    EXPECT_EQ(number_at(told[who], "/attending"), number_at(counts.body, "/attending")) << who;
    // A client that resumes is told them anew, whatever it knew.
    socket.send({{"type", "resume"}, {"position", counts.body.at("position")}});
    const json::value caught_up = socket.next_of("caught_up");
    EXPECT_EQ(caught_up.at("counts"), told[who]) << who;
  }
}

TEST(SlowClient, CostsAPositionAndEndsWithTheSameState) {
  // 16 MB: its frames fill what the network takes (4 MB of the sender's, as Linux is set up, and
  // less of a receiver's who does not read), and the ring turns over beyond that.
  constexpr int conversations = 5;
  constexpr int messages_each = 199;
  std::string long_text;  // 16 KB
  for (int i = 0; i < 4'000; ++i) long_text += "🛋";
  ServerRig rig({.hub = {.entries_max = 64, .bytes_max = 256 * 1024}});
  const std::string token = rig.token("ana");
  RigClient client = rig.client_with(token);
  RigSocket stalled = rig.live_with(token);
  Holding holding;
  holding.hold(rig.projector().position().value());
  stalled.send({{"type", "resume"}, {"position", holding.position()}});
  for (int i = 0; i < conversations; ++i) {
    const std::string id = rig.waiting_conversation();
    for (int j = 0; j < messages_each; ++j) {
      ASSERT_TRUE(rig.change("ana", id, actors::SendReply{{.text = long_text}}));
    }
  }
  const std::uint64_t end = rig.log().last_position().value();
  while (holding.position() < end) {
    const json::value frame = stalled.next();
    ASSERT_FALSE(frame.is_null());
    if (text_at(frame, "/type") == "changes") holding.apply(frame, client);
    if (text_at(frame, "/type") == "caught_up") holding.hold(number_at(frame, "/position"));
  }
  EXPECT_GT(rig.metric("bitacora_hub_lost_places_total"), 0U);
  Holding fresh;
  fresh.load(client, end);
  holding.expect_same(fresh, "ana");
}

}  // namespace

}  // namespace bitacora::http
