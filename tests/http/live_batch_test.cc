// What one client is told of batches that all share: rules F3, F4, R6.

#include "http/live_batch.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <random>
#include <set>

#include "http/json_text.h"
#include "tests/http/announcements.h"

namespace bitacora::http {

namespace {

using events::ConversationFacts;
using events::ConversationId;
using events::Position;
using projections::ConversationChange;

constexpr std::size_t no_bound = 1'000'000;

json::array changes_of(const Told& told) {
  return json::parse("[" + told.changes + "]").as_array();
}

std::vector<std::string> types_of(const Told& told) {
  std::vector<std::string> types;
  for (const json::value& change : changes_of(told)) {
    types.emplace_back(change.at("type").as_string());
  }
  return types;
}

using Types = std::vector<std::string>;

LiveBatchPtr batch_of(std::uint64_t from, const ConversationChange& change) {
  return render(announcement_of(Position(from), Position(from + 1), {change}));
}

struct SightCase {
  const char* name;
  events::Viewer viewer;
  ConversationFacts before;
  ConversationFacts after;
  Types types;
  int waiting_moves;
  int attending_moves;
};

TEST(LiveBatch, IsToldAsFarAsOneMaySee) {
  const events::Viewer of_ana = operator_of(ana, ventas);
  const events::Viewer of_bruno = operator_of(bruno, ventas);
  const events::Viewer supervisor{bruno, events::Role::Supervisor, {ventas}};
  const events::Viewer admin{ana, events::Role::Admin, {ventas}};
  const Types shown{"conversation", "message"};
  const Types gone{"conversation_gone"};
  const std::vector<SightCase> cases{
      {"arrival", of_ana, {}, waiting(ventas), shown, 1, 0},
      {"claimed by oneself", of_ana, waiting(ventas), attended(ventas, ana), shown, -1, 1},
      {"claimed by another", of_bruno, waiting(ventas), attended(ventas, ana), gone, -1, 0},
      {"for a supervisor", supervisor, waiting(ventas), attended(ventas, ana), shown, -1, 1},
      {"opened and claimed at once", of_bruno, {}, attended(ventas, ana), {}, 0, 0},
      {"moved away", of_ana, attended(ventas, ana), waiting(soporte), gone, 0, -1},
      {"moved here", of_ana, waiting(soporte), waiting(ventas), shown, 1, 0},
      {"elsewhere", of_ana, waiting(soporte), attended(soporte, bruno), {}, 0, 0},
      {"an admin", admin, {}, waiting(ventas), {}, 0, 0},
  };
  for (const SightCase& one : cases) {
    const auto id = ConversationId::make(noon);
    ConversationChange change = change_of(id, one.before, one.after, Position(1));
    change.messages.push_back(message_of(id, Position(1), "Hola"));
    const LiveBatchPtr batch = batch_of(0, change);
    EXPECT_EQ(types_of(tell(one.viewer, {&batch, 1}, no_bound)), one.types) << one.name;
    EXPECT_EQ(counts_move(one.viewer, *batch).waiting, one.waiting_moves) << one.name;
    EXPECT_EQ(counts_move(one.viewer, *batch).attending, one.attending_moves) << one.name;
  }
}

TEST(LiveBatch, ShowsNothingThatIsOutOfSightByTheEnd) {
  const auto id = ConversationId::make(noon);
  ConversationChange opened = change_of(id, {}, waiting(ventas), Position(1));
  opened.messages.push_back(message_of(id, Position(1), "zafiro"));
  const std::vector<LiveBatchPtr> batches{
      batch_of(0, opened),
      batch_of(1, change_of(id, waiting(ventas), waiting(ventas), Position(2))),
      batch_of(2, change_of(id, waiting(ventas), attended(ventas, ana), Position(3))),
      batch_of(3, change_of(id, attended(ventas, ana), attended(ventas, ana), Position(4)))};
  const auto all = std::span(batches);
  const events::Viewer of_bruno = operator_of(bruno, ventas);
  EXPECT_EQ(tell(of_bruno, all, no_bound).changes, "") << "it came and went";
  EXPECT_EQ(types_of(tell(of_bruno, all.first(2), no_bound)),
            (Types{"conversation", "message", "conversation"}));
  // Who had it is told that it is gone, once, and by whom it is attended.
  const Told told = tell(of_bruno, all.subspan(1), no_bound);
  ASSERT_EQ(types_of(told), Types{"conversation_gone"});
  EXPECT_EQ(changes_of(told).at(0).at("owner").at("id").as_string(), ana.to_string());
  EXPECT_EQ(told.batches, 3U);
}

TEST(LiveBatch, NamesWhoAttendsItToTheirDepartmentAlone) {
  const auto id = ConversationId::make(noon);
  const LiveBatchPtr moved =
      batch_of(0, change_of(id, waiting(ventas), attended(soporte, ana), Position(1)));
  const Told told = tell(operator_of(bruno, ventas), {&moved, 1}, no_bound);
  ASSERT_EQ(types_of(told), Types{"conversation_gone"});
  EXPECT_FALSE(changes_of(told).at(0).as_object().contains("owner"));
}

TEST(LiveBatch, IsToldWholeOrNotAtAll) {
  std::vector<LiveBatchPtr> batches;
  for (std::uint64_t i = 0; i < 5; ++i) {
    const auto id = ConversationId::make(noon);
    batches.push_back(batch_of(i, change_of(id, {}, waiting(ventas), Position(i + 1))));
  }
  const events::Viewer of_ana = operator_of(ana, ventas);
  const std::size_t length = tell(of_ana, std::span(batches).first(1), no_bound).changes.size();
  const Told two = tell(of_ana, batches, 3 * length);
  EXPECT_EQ(two.batches, 2U) << "the third does not fit any more, with the commas";
  EXPECT_EQ(types_of(two).size(), 2U);
  EXPECT_EQ(tell(of_ana, batches, length - 1).batches, 0U);
  // What the viewer is not told of takes no room.
  EXPECT_EQ(tell(operator_of(ana, soporte), batches, 0).batches, 5U);
}

// --- Any history, cut anywhere ----------------------------------------------------------------

// A log of a few conversations that change hands and are written to at random, in batches.
class History {
 public:
  explicit History(unsigned seed) : random_(seed) {
    for (int i = 0; i < 4; ++i) ids_.push_back(ConversationId::make(noon));
    facts_.push_back({});
    while (facts_.size() < 80) grow();
  }

  [[nodiscard]] const std::vector<LiveBatchPtr>& batches() const { return batches_; }
  [[nodiscard]] const std::vector<ConversationId>& ids() const { return ids_; }
  [[nodiscard]] ConversationFacts facts_at(const ConversationId& id, Position position) const {
    const auto& all = facts_.at(position.value());
    const auto found = all.find(id);
    return found == all.end() ? ConversationFacts{} : found->second;
  }
  // The conversation's, up to there.
  [[nodiscard]] std::set<std::string> messages(const ConversationId& id, Position up_to) const {
    std::set<std::string> all;
    for (const projections::Message& message : messages_) {
      if (message.conversation_id == id && message.position <= up_to) {
        all.insert(message.id.to_string());
      }
    }
    return all;
  }
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

 private:
  // One batch, of a few events.
  void grow() {
    const Position from(facts_.size() - 1);
    std::map<ConversationId, ConversationChange> changes;
    for (std::size_t events = 1 + below(4); events > 0; --events) {
      const Position position(facts_.size());
      const ConversationId& id = ids_[below(ids_.size())];
      const ConversationFacts before = facts_at(id, Position(position.value() - 1));
      const bool is_open = before.status != events::ConversationStatus::None;
      const bool moves = !is_open || below(2) == 0;
      const ConversationFacts after = moves ? any_facts() : before;
      facts_.push_back(facts_.back());
      facts_.back()[id] = after;
      auto [change, is_first] = changes.try_emplace(id, change_of(id, before, after, position));
      change->second.after.facts = after;
      change->second.after.position = position;
      if (moves) continue;
      messages_.push_back(message_of(id, position, "Hola"));
      change->second.messages.push_back(messages_.back());
    }
    std::vector<ConversationChange> all;
    for (auto& [id, change] : changes) all.push_back(std::move(change));
    batches_.push_back(render(announcement_of(from, Position(facts_.size() - 1), std::move(all))));
  }

  ConversationFacts any_facts() {
    switch (below(4)) {
      case 0:
        return attended(ventas, ana);
      case 1:
        return attended(ventas, bruno);
      case 2:
        return waiting(soporte);
      default:
        return waiting(ventas);
    }
  }

  std::mt19937 random_;
  std::vector<ConversationId> ids_;
  std::vector<std::map<ConversationId, ConversationFacts>> facts_;  // by position
  std::vector<projections::Message> messages_;
  std::vector<LiveBatchPtr> batches_;
};

// A client as PROTOCOL.md asks for: one that it was not holding is loaded when it is shown.
class Client {
 public:
  Client(const History& history, events::Viewer viewer)
      : history_(history), viewer_(std::move(viewer)) {}

  // Told of batches after `from`, up to `up_to`, while the server was at `now`.
  void apply(const Told& told, Position from, Position up_to, Position now) {
    for (const json::value& change : changes_of(told)) {
      const std::string type(change.at("type").as_string());
      if (type == "conversation") {
        const ConversationId id = id_at(change.at("conversation").at("id"));
        EXPECT_TRUE(may_see(viewer_, history_.facts_at(id, now))) << "out of sight by now";
        if (!held_.contains(id)) held_[id] = history_.messages(id, now);
      } else if (type == "message") {
        const json::value& message = change.at("message");
        const std::string message_id(message.at("id").as_string());
        EXPECT_TRUE(told_.insert(message_id).second) << "told twice";
        held_.at(id_at(message.at("conversation_id"))).insert(message_id);
      } else {
        const ConversationId id = id_at(change.at("conversation_id"));
        const bool was_held = held_.erase(id) > 0;
        EXPECT_TRUE(was_held || may_see(viewer_, history_.facts_at(id, from)))
            << "was never in sight";
      }
    }
    expect_exact(up_to, now);
  }

 private:
  static ConversationId id_at(const json::value& text) {
    return ConversationId::parse(std::string(text.as_string())).value();
  }

  void expect_exact(Position up_to, Position now) {
    for (const ConversationId& id : history_.ids()) {
      const bool in_sight = may_see(viewer_, history_.facts_at(id, up_to));
      const auto held = held_.find(id);
      EXPECT_TRUE(in_sight || held == held_.end()) << "held, and out of sight";
      if (up_to == now) {
        EXPECT_EQ(held != held_.end(), in_sight);
      }
      if (held == held_.end()) continue;
      for (const std::string& message : history_.messages(id, up_to)) {
        EXPECT_TRUE(held->second.contains(message)) << "a message was left out";
      }
    }
  }

  const History& history_;
  const events::Viewer viewer_;
  std::map<ConversationId, std::set<std::string>> held_;
  std::set<std::string> told_;
};

TEST(LiveBatch, AnyHistoryCutAnywhereLeavesWhatIsInSight) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History history(seed);
    const auto all = std::span(history.batches());
    Client client(history, operator_of(ana, ventas));
    std::size_t next = 0;
    for (std::size_t known = 0; next < all.size();) {
      // The server goes on while the client takes its frames, or resumes with a later one.
      known = std::min(all.size(), std::max(known, next + 1) + history.below(4));
      const Told told = tell(operator_of(ana, ventas), all.subspan(next, known - next),
                             1000 + history.below(4000));
      // A batch that is longer than this frame waits for another.
      if (told.batches == 0) continue;
      const Position from = all[next]->from;
      next += told.batches;
      client.apply(told, from, all[next - 1]->to, all[known - 1]->to);
    }
  }
}

}  // namespace

}  // namespace bitacora::http
