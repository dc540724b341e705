#include <gtest/gtest.h>

#include "events/codec.h"
#include "tests/events/sample_events.h"

namespace bitacora::events {
namespace {

// Expects the state back from its JSON, and Corrupt from everything that is not whole.
template <class State>
void expect_round_trip(const State& state) {
  const std::string json = encode_state(state);
  const auto decoded = decode_state<State>(json);
  ASSERT_TRUE(decoded) << json << ' ' << decoded.error().detail;
  EXPECT_EQ(encode_state(*decoded), json);
  if constexpr (std::equality_comparable<State>) {
    EXPECT_EQ(*decoded, state);
  } else {
    EXPECT_EQ(decoded->order, state.order);
    EXPECT_EQ(decoded->since, state.since);
    EXPECT_EQ(decoded->followed, state.followed);
    EXPECT_EQ(decoded->version, state.version);
  }
  for (std::size_t length = 0; length < json.size(); ++length) {
    const auto cut = decode_state<State>(json.substr(0, length));
    ASSERT_FALSE(cut) << json.substr(0, length);
    EXPECT_EQ(cut.error().code, ErrorCode::Corrupt);
  }
  std::string other = json;
  other.replace(other.find(":3"), 2, ":1");
  EXPECT_FALSE(decode_state<State>(other)) << "of another schema";
}

TEST(StateCodec, GivesBackAConversation) {
  expect_round_trip(ConversationState{});
  ConversationState state;
  state.facts = {ConversationStatus::Attending, sample_id<DepartmentId>(5),
                 sample_id<OperatorId>(3)};
  state.contact_id = sample_id<ContactId>(2);
  state.contact_name = "Lucía";
  state.channel = "webchat";
  state.preview = sample_text();
  state.last_recording = sample_id<AttachmentId>(9);
  state.last_received = Version(3);
  state.last_sent = Version(8);
  state.read_up_to = Version(4);
  state.delivered_up_to = Version(6);
  state.contact_read_up_to = Version(5);
  state.unread = 7;
  state.opened_at = sample_time();
  state.waiting_since = sample_time().plus_ms(1);
  state.last_message_at = sample_time().plus_ms(2);
  state.version = Version(9);
  state.position = Position(99);
  expect_round_trip(state);
}

TEST(StateCodec, GivesBackAContact) {
  expect_round_trip(ContactState{});
  expect_round_trip(ContactState{true, "Lucía", "webchat", sample_id<DepartmentId>(5),
                                 sample_id<ConversationId>(1), Version(2)});
}

TEST(StateCodec, GivesBackAQueue) {
  expect_round_trip(DepartmentQueueState{});
  DepartmentQueueState state;
  for (const std::uint8_t each : std::array<std::uint8_t, 3>{3, 1, 2}) {
    const auto id = sample_id<ConversationId>(each);
    state.order.emplace(sample_time().plus_ms(each / 2), id);
    state.since.emplace(id, sample_time().plus_ms(each / 2));
  }
  state.followed = Position(12);
  state.version = Version(5);
  expect_round_trip(state);
}

TEST(StateCodec, GivesBackTheDirectory) {
  expect_round_trip(DirectoryState{});
  DirectoryState state;
  std::uint64_t position = 0;
  for (const SampleEvent& sample : sample_events()) {
    if (const auto* event = std::get_if<DirectoryEvent>(&sample.event)) {
      if (std::holds_alternative<QuickReplyRemoved>(*event)) continue;
      ++position;
      state = evolve(state, *event, {Position(position), Version(position), sample_time()});
    }
  }
  ASSERT_FALSE(state.operators.empty());
  ASSERT_FALSE(state.departments.empty());
  ASSERT_FALSE(state.quick_replies.empty());
  ASSERT_GT(state.names_changed, Position());
  expect_round_trip(state);
}

}  // namespace
}  // namespace bitacora::events
