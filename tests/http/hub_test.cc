// The hub: invariants B1 to B3 of hub.h.

#include "http/hub.h"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/http/announcements.h"

namespace bitacora::http {

namespace {

using events::Position;

class Listener final : public LiveListener {
 public:
  void woken() override { ++wakes; }
  void typing(std::shared_ptr<const TypingNote> /*note*/) override { ++notes; }
  void ended(std::uint16_t code, std::string /*reason*/) override { ended_with = code; }
  std::atomic<int> wakes{0};
  std::atomic<int> notes{0};
  std::atomic<int> ended_with{0};
};

// A subscriber that is in the hub as long as it lives.
struct Subscribed {
  Subscribed(Hub& hub, const events::Viewer& viewer, const std::string& token = {})
      : place(hub.subscribe(listener, viewer, token)) {
    place->follow_now();
  }
  std::shared_ptr<Listener> listener = std::make_shared<Listener>();
  std::unique_ptr<Hub::Subscription> place;
};

TEST(Hub, WakesThoseWhomAChangeMayConcernOnce) {
  Hub hub(Position(10));
  Subscribed of_ana(hub, operator_of(ana, ventas));
  Subscribed of_bruno(hub, operator_of(bruno, ventas));
  Subscribed elsewhere(hub, operator_of(events::OperatorId::make(noon), soporte));
  Subscribed auditor(hub, {events::OperatorId::make(noon), events::Role::Auditor, {}});
  Subscribed admin(hub, {events::OperatorId::make(noon), events::Role::Admin, {}});
  const auto id = events::ConversationId::make(noon);
  hub.publish(announcement_of(Position(10), Position(12),
                              {change_of(id, {}, waiting(ventas), Position(12))}));
  hub.publish(
      announcement_of(Position(12), Position(13),
                      {change_of(id, waiting(ventas), attended(ventas, ana), Position(13))}));
  EXPECT_EQ(hub.position(), Position(13));
  EXPECT_EQ(of_ana.listener->wakes, 1) << "it was woken, and has not looked yet";
  EXPECT_EQ(of_bruno.listener->wakes, 1);
  EXPECT_EQ(auditor.listener->wakes, 1);
  EXPECT_EQ(elsewhere.listener->wakes, 0);
  EXPECT_EQ(admin.listener->wakes, 0);
  EXPECT_EQ(of_bruno.place->take().batches.size(), 2U);
  // What is attended concerns its owner alone.
  hub.publish(
      announcement_of(Position(13), Position(14),
                      {change_of(id, attended(ventas, ana), attended(ventas, ana), Position(14))}));
  EXPECT_EQ(of_bruno.listener->wakes, 1);
  const Backlog nothing = of_bruno.place->take();
  EXPECT_TRUE(nothing.batches.empty());
  EXPECT_EQ(nothing.up_to, Position(14));
}

TEST(Hub, TellsWhoFellBehindTheRingThatTheyLostTheirPlace) {
  Hub hub(Position(0), {.entries_max = 3});
  Subscribed slow(hub, operator_of(ana, ventas));
  for (std::uint64_t i = 0; i < 3; ++i) {
    hub.publish(announcement_of(
        Position(i), Position(i + 1),
        {change_of(events::ConversationId::make(noon), {}, waiting(ventas), Position(i + 1))}));
  }
  const Backlog kept = slow.place->take();
  EXPECT_FALSE(kept.lost);
  EXPECT_EQ(kept.batches.size(), 3U);
  slow.place->give_back(kept.sequence + 1);
  EXPECT_EQ(slow.place->take().batches.size(), 2U);
  slow.place->give_back(kept.sequence);
  hub.publish(announcement_of(
      Position(3), Position(4),
      {change_of(events::ConversationId::make(noon), {}, waiting(ventas), Position(4))}));
  EXPECT_TRUE(slow.place->take().lost);
  EXPECT_EQ(hub.figures().ring_entries, 3U);
  EXPECT_EQ(hub.figures().lost_places_total, 1U);
  EXPECT_FALSE(slow.place->follow_from(Position(0)));
  EXPECT_TRUE(slow.place->follow_from(Position(2)));
  EXPECT_EQ(slow.place->take().batches.size(), 2U);
}

TEST(Hub, KeepsNoMoreThanItsBytes) {
  Hub hub(Position(0), {.bytes_max = 100'000});
  for (std::uint64_t i = 0; i < 1000; ++i) {
    hub.publish(announcement_of(
        Position(i), Position(i + 1),
        {change_of(events::ConversationId::make(noon), {}, waiting(ventas), Position(i + 1))}));
  }
  EXPECT_LE(hub.figures().ring_bytes, 100'000U);
  EXPECT_GT(hub.figures().ring_entries, 10U);
}

TEST(Hub, IgnoresWhatTheViewsHadAndStartsAnewAfterAGap) {
  Hub hub(Position(5));
  Subscribed of_ana(hub, operator_of(ana, ventas));
  hub.publish(announcement_of(Position(3), Position(5), {}));
  EXPECT_EQ(hub.position(), Position(5));
  hub.publish(announcement_of(Position(7), Position(8), {}));
  EXPECT_EQ(hub.position(), Position(8));
  EXPECT_TRUE(of_ana.place->take().lost) << "what was between is in the views alone";
}

TEST(Hub, EndsTheLiveSessionsOfATokenOrOfAnAccount) {
  Hub hub(Position(0));
  Subscribed one(hub, operator_of(ana, ventas), "token-1");
  Subscribed two(hub, operator_of(ana, ventas), "token-2");
  Subscribed other(hub, operator_of(bruno, ventas), "token-3");
  hub.end_session("token-1", "signed out");
  EXPECT_EQ(one.listener->ended_with, 4401);
  EXPECT_EQ(two.listener->ended_with, 0);
  hub.end_account(ana, "deactivated");
  EXPECT_EQ(two.listener->ended_with, 4401);
  EXPECT_EQ(other.listener->ended_with, 0);
}

}  // namespace

}  // namespace bitacora::http
