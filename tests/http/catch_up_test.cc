// Catching up from the views, whole and in pieces: rules F2, F3, R3, R4, R6.

#include "http/catch_up.h"

#include <gtest/gtest.h>

#include <future>
#include <map>
#include <set>

#include "tests/http/crowd.h"

namespace bitacora::http {

namespace {

using events::ConversationId;
using events::Position;

ConversationId id_at(const json::value& document, std::string_view pointer) {
  return ConversationId::parse(text_at(document, pointer)).value();
}

// A client that catches up and does nothing else.
class Behind {
 public:
  Behind(ServerRig& rig, const std::string& username, const std::vector<std::string>& all)
      : rig_(rig), who_(username), viewer_(rig.viewer(username)) {
    for (const std::string& id : all) all_.push_back(*ConversationId::parse(id));
  }

  // One frame; whether it was the last.
  bool take(std::size_t bytes_max) {
    const CaughtUp told = catch_up(rig_.projector(), viewer_, cursor_, {.bytes_max = bytes_max});
    EXPECT_FALSE(told.too_much);
    EXPECT_TRUE(told.up_to > cursor_ || (told.changes.empty() && told.is_whole)) << "no step on";
    const json::value changes = json::parse("[" + told.changes + "]");
    for (const json::value& change : changes.as_array()) apply(change);
    cursor_ = told.up_to;
    expect_in_sight(told.is_whole);
    return told.is_whole;
  }
  [[nodiscard]] Position cursor() const { return cursor_; }

 private:
  std::set<std::string> history(const ConversationId& id, Position up_to) {
    std::set<std::string> all;
    // One that has changed past it stands where it last changed, and is told there.
    const Position now = rig_.projector().position();
    for (const projections::Message& message : projections::messages_between(
             *rig_.projector().read_transcript(), id, Position(0), now, 10'000)) {
      if (message.changed <= up_to) all.insert(message.id.to_string());
    }
    return all;
  }

  void apply(const json::value& change) {
    const std::string type = text_at(change, "/type");
    if (type == "conversation") {
      const ConversationId id = id_at(change, "/conversation/id");
      if (!held_.contains(id)) held_[id] = history(id, rig_.projector().position());
    } else if (type == "message") {
      const std::string message = text_at(change, "/message/id");
      // A message that has changed is told again, as it is then.
      EXPECT_TRUE(told_.insert(json::serialize(change)).second) << "told twice";
      held_.at(id_at(change, "/message/conversation_id")).insert(message);
    } else {
      const ConversationId id = id_at(change, "/conversation_id");
      const auto inbox = rig_.projector().read_inbox();
      EXPECT_TRUE(may_see(viewer_, projections::facts_at(*inbox, id, cursor_)))
          << who_ << " was told of what was never in sight";
      held_.erase(id);
    }
  }

  // The client holds nothing that was out of sight at its cursor, all that it holds is complete,
  // and a whole catch-up leaves out nothing.
  void expect_in_sight(bool is_whole) {
    const auto inbox = rig_.projector().read_inbox();
    for (const ConversationId& id : all_) {
      const bool in_sight = may_see(viewer_, projections::facts_at(*inbox, id, cursor_));
      const auto held = held_.find(id);
      EXPECT_TRUE(in_sight || held == held_.end()) << who_ << " holds what is out of sight";
      if (is_whole) {
        EXPECT_EQ(held != held_.end(), in_sight) << who_;
      }
      if (held == held_.end()) continue;
      for (const std::string& message : history(id, cursor_)) {
        EXPECT_TRUE(held->second.contains(message)) << who_ << " misses a message";
      }
    }
  }

  ServerRig& rig_;
  const std::string who_;
  const events::Viewer viewer_;
  std::vector<ConversationId> all_;
  Position cursor_;
  std::map<ConversationId, std::set<std::string>> held_;
  std::set<std::string> told_;
};

TEST(CatchUp, InPiecesLeavesAtEachPositionWhatIsInSight) {
  std::random_device entropy;
  const unsigned seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  ServerRig rig;
  Crowd crowd(rig, seed);
  std::mt19937 random(seed);
  std::vector<Behind> clients;
  for (const char* who : {"ana", "carla", "sofia", "aldo"}) {
    clients.emplace_back(rig, who, crowd.conversations());
  }
  std::size_t pieces = 0;
  for (int round = 0; round < 60; ++round) {
    // Things go on between one piece and the next, as they do when the line is cut.
    for (auto acts = random() % 12; acts > 0; --acts) crowd.act();
    pieces += clients[random() % clients.size()].take(500 + random() % 4000) ? 0 : 1;
  }
  EXPECT_GT(pieces, 20U) << "the bounds are so tight that most come in pieces";
  const Position end = rig.log().last_position();
  rig.wait_for_views();
  for (Behind& client : clients) {
    while (!client.take(1500)) {
    }
    EXPECT_GE(client.cursor(), end);
  }
}

TEST(CatchUp, AsksWhoIsTooFarBehindToLoadAnew) {
  ServerRig rig;
  for (int i = 0; i < 4; ++i) rig.waiting_conversation();
  rig.wait_for_views();
  const auto told = [&](const char* who, std::size_t changes_max) {
    return catch_up(rig.projector(), rig.viewer(who), Position(0), {.changes_max = changes_max});
  };
  EXPECT_TRUE(told("ana", 7).too_much) << "four conversations and four messages";
  EXPECT_FALSE(told("ana", 8).too_much);
  EXPECT_TRUE(told("carla", 3).too_much) << "they have to be looked at";
  EXPECT_EQ(told("carla", 4).changes, "");
}

// R4
TEST(CatchUp, AsksToLoadAnewWhoeverMissedMoreThanFiveThousand) {
  ServerRig rig;
  const std::string id = rig.waiting_conversation();
  const auto ana = rig.viewer("ana");
  const auto too_much = [&] {
    rig.wait_for_views();
    return catch_up(rig.projector(), ana, Position(0), {}).too_much;
  };
  std::vector<std::future<bool>> answers;
  for (int i = 0; i < 4'998; ++i) {
    auto answer = std::make_shared<std::promise<bool>>();
    answers.push_back(answer->get_future());
    rig.runtime().ask(*events::ConversationId::parse(id), ana.id, std::nullopt,
                      actors::SendReply{{.text = "Diga"}},
                      [answer](const auto& told) { answer->set_value(told.has_value()); });
  }
  for (auto& answer : answers) ASSERT_TRUE(answer.get());
  EXPECT_FALSE(too_much()) << "a conversation, and 4,999 messages of it";
  ASSERT_TRUE(rig.change("ana", id, actors::SendReply{{.text = "Diga"}}));
  EXPECT_TRUE(too_much());
}

}  // namespace

}  // namespace bitacora::http
