// What every log must do, whatever it stands on: the invariants L1 to L5 of events/log.h and the
// rest of its contract. Include it, and instantiate LogConformance with a factory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "events/limits.h"
#include "events/log.h"
#include "tests/events/log_requests.h"

namespace bitacora::events {

// Where one log lives: opening it again, after it was let go, must find what was appended.
class LogPlace {
 public:
  virtual ~LogPlace() = default;
  virtual std::unique_ptr<Log> open() = 0;
};

struct LogKind {
  std::string name;
  std::function<std::unique_ptr<LogPlace>()> make_place;
};

class LogConformance : public testing::TestWithParam<LogKind> {
 protected:
  void SetUp() override {
    place_ = GetParam().make_place();
    log_ = place_->open();
    ASSERT_NE(log_, nullptr);
  }

  void reopen() {
    log_.reset();
    log_ = place_->open();
    ASSERT_NE(log_, nullptr);
  }

  Log& log() { return *log_; }

  std::vector<RecordedEventPtr> all() {
    auto events = log().read_all(Position(1), 1'000'000);
    EXPECT_TRUE(events) << events.error().detail;
    return events ? *events : std::vector<RecordedEventPtr>{};
  }

  std::vector<RecordedEventPtr> stream(const StreamId& id) {
    auto events = log().read_stream(id, Version(1), 1'000'000);
    EXPECT_TRUE(events) << events.error().detail;
    return events ? *events : std::vector<RecordedEventPtr>{};
  }

  // L2: positions from 1 on, and versions of each stream from 1 on, without a gap.
  void expect_gapless(const std::vector<RecordedEventPtr>& events) {
    std::unordered_map<StreamId, Version> heads;
    Position expected(1);
    for (const RecordedEventPtr& event : events) {
      EXPECT_EQ(event->header.position, expected);
      expected = expected.next();
      Version& head = heads[event->header.stream];
      head = head.next();
      EXPECT_EQ(event->header.version, head);
    }
  }

  std::unique_ptr<LogPlace> place_;
  std::unique_ptr<Log> log_;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(LogConformance, IsEmptyAtFirst) {
  EXPECT_EQ(log().last_position(), Position(0));
  EXPECT_EQ(log().head(sample_stream(1)).value(), Version(0));
  EXPECT_THAT(all(), IsEmpty());
  EXPECT_THAT(stream(sample_stream(1)), IsEmpty());
  EXPECT_EQ(log().find_command(sample_stream(1), "k").value(), std::nullopt);
}

TEST_P(LogConformance, GivesBackWhatWasAppended) {
  AppendRequest request = messages(sample_stream(1), 0, {"hola"});
  request.events[0].causation = sample_id<EventId>(9);
  const auto appended = append_one(log(), with_key(request, sample_stream(1), "ana/1"));
  ASSERT_TRUE(appended) << appended.error().detail;
  ASSERT_EQ(appended->events.size(), 1u);
  EXPECT_EQ(appended->replayed, std::nullopt);
  const RecordedEvent& answered = *appended->events[0];
  EXPECT_EQ(answered.header.position, Position(1));
  EXPECT_EQ(answered.header.version, Version(1));
  EXPECT_EQ(answered.header.id, request.events[0].id);
  EXPECT_EQ(answered.header.type, "MessageReceived");
  EXPECT_EQ(answered.header.command_id, "ana/1");
  EXPECT_EQ(answered.header.causation, request.events[0].causation);
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(all().size(), 1u);
    EXPECT_EQ(all()[0]->header, answered.header);
    EXPECT_EQ(all()[0]->event, request.events[0].event);
    ASSERT_EQ(stream(sample_stream(1)).size(), 1u);
    EXPECT_EQ(stream(sample_stream(1))[0]->header, answered.header);
    reopen();
  }
}

TEST_P(LogConformance, GivesBackEveryKindOfEvent) {
  AppendRequest request;
  const StreamId directory = StreamId::directory();
  request.conditions.push_back({directory, Version(0)});
  for (const SampleEvent& sample : sample_events()) {
    request.events.push_back(
        {directory, EventId::make(sample_time()), sample_time(), Who::system(), {}, sample.event});
  }
  ASSERT_TRUE(append_one(log(), request));
  reopen();
  const auto events = all();
  ASSERT_EQ(events.size(), request.events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i]->event, request.events[i].event) << events[i]->header.type;
  }
}

TEST_P(LogConformance, RefusesAnAppendWithAStaleVersion) {
  ASSERT_TRUE(append_one(log(), messages(sample_stream(1), 0, {"a", "b"})));
  for (const std::uint64_t expected : {0, 1, 3}) {
    const auto refused = append_one(log(), messages(sample_stream(1), expected, {"c"}));
    ASSERT_FALSE(refused) << expected;
    EXPECT_EQ(refused.error().code, ErrorCode::VersionConflict);
  }
  ASSERT_TRUE(append_one(log(), messages(sample_stream(1), 2, {"c"})));
  EXPECT_THAT(texts_of(stream(sample_stream(1))), ElementsAre("a", "b", "c"));
}

TEST_P(LogConformance, ChecksConditionsOnStreamsThatAreNotAppendedTo) {
  ASSERT_TRUE(append_one(log(), messages(sample_stream(1), 0, {"a"})));
  AppendRequest request = messages(sample_stream(2), 0, {"b"});
  request.conditions.push_back({sample_stream(1), Version(0)});
  EXPECT_EQ(append_one(log(), request).error().code, ErrorCode::VersionConflict);
  request.conditions.back().expected = Version(1);
  EXPECT_TRUE(append_one(log(), request));
  EXPECT_EQ(log().head(sample_stream(1)).value(), Version(1));
}

// L3.
TEST_P(LogConformance, AppendsToSeveralStreamsWhollyOrNotAtAll) {
  ASSERT_TRUE(append_one(log(), messages(sample_stream(2), 0, {"there"})));
  AppendRequest request;
  for (const std::uint8_t each : std::array<std::uint8_t, 3>{1, 2, 3}) {
    request.conditions.push_back({sample_stream(each), Version(0)});
    request.events.push_back(received(sample_stream(each), "new"));
  }
  EXPECT_EQ(append_one(log(), request).error().code, ErrorCode::VersionConflict);
  EXPECT_THAT(texts_of(all()), ElementsAre("there"));
  EXPECT_EQ(log().head(sample_stream(1)).value(), Version(0));

  request.conditions[1].expected = Version(1);
  const auto appended = append_one(log(), request);
  ASSERT_TRUE(appended) << appended.error().detail;
  EXPECT_THAT(texts_of(all()), ElementsAre("there", "new", "new", "new"));
  EXPECT_EQ(log().head(sample_stream(2)).value(), Version(2));
  EXPECT_EQ(log().head(sample_stream(3)).value(), Version(1));
  expect_gapless(all());
}

TEST_P(LogConformance, LetsEachRequestOfABatchSeeThoseBeforeIt) {
  const std::vector<AppendRequest> batch{
      messages(sample_stream(1), 0, {"a"}), messages(sample_stream(1), 0, {"never"}),
      messages(sample_stream(1), 1, {"b"}), messages(sample_stream(2), 0, {"c"}),
      messages(sample_stream(1), 5, {"never"})};
  const auto answers = log().append(batch);
  ASSERT_EQ(answers.size(), batch.size());
  EXPECT_TRUE(answers[0]);
  EXPECT_EQ(answers[1].error().code, ErrorCode::VersionConflict);
  EXPECT_TRUE(answers[2]);
  EXPECT_TRUE(answers[3]);
  EXPECT_EQ(answers[4].error().code, ErrorCode::VersionConflict);
  EXPECT_THAT(texts_of(all()), ElementsAre("a", "b", "c"));
  expect_gapless(all());
}

TEST_P(LogConformance, KeepsPositionsGaplessThroughRefusalsAndReopening) {
  std::uint64_t version = 0;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(append_one(log(), messages(sample_stream(1), version, {"x", "y"})));
      version += 2;
      ASSERT_FALSE(append_one(log(), messages(sample_stream(2), 99, {"never"})));
    }
    reopen();
    EXPECT_EQ(log().last_position(), Position(version));
    EXPECT_EQ(log().head(sample_stream(1)).value(), Version(version));
  }
  EXPECT_EQ(all().size(), version);
  expect_gapless(all());
}

// L4.
TEST_P(LogConformance, TellsWhereACommandWasAppendedBefore) {
  const StreamId scope = sample_stream(1);
  ASSERT_TRUE(append_one(log(), messages(sample_stream(9), 0, {"before"})));
  const auto first = append_one(log(), with_key(messages(scope, 0, {"a", "b"}), scope, "ana/k"));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->replayed, std::nullopt);
  for (int round = 0; round < 2; ++round) {
    // Whatever its conditions and events are now: the key decides.
    for (const std::uint64_t expected : {0, 2, 7}) {
      const auto again =
          append_one(log(), with_key(messages(scope, expected, {"a", "b"}), scope, "ana/k"));
      ASSERT_TRUE(again) << again.error().detail;
      EXPECT_THAT(again->events, IsEmpty());
      ASSERT_TRUE(again->replayed);
      EXPECT_EQ(again->replayed->first, Position(2));
      EXPECT_EQ(again->replayed->count, 2u);
      EXPECT_EQ(again->replayed->fingerprint, sha256("ana/k"));
    }
    const auto found = log().find_command(scope, "ana/k");
    ASSERT_TRUE(found.value());
    EXPECT_EQ((*found)->first, Position(2));
    EXPECT_EQ((*found)->count, 2u);
    reopen();
  }
  EXPECT_THAT(texts_of(all()), ElementsAre("before", "a", "b"));
}

TEST_P(LogConformance, StoresACommandThatChangesNothing) {
  const StreamId scope = sample_stream(1);
  ASSERT_TRUE(append_one(log(), messages(scope, 0, {"a", "b"})));
  ASSERT_TRUE(append_one(log(), messages(sample_stream(2), 0, {"elsewhere"})));
  EXPECT_EQ(append_one(log(), with_key(messages(scope, 1, {}), scope, "k")).error().code,
            ErrorCode::VersionConflict);
  const auto stored = append_one(log(), with_key(messages(scope, 2, {}), scope, "k"));
  ASSERT_TRUE(stored) << stored.error().detail;
  EXPECT_THAT(stored->events, IsEmpty());
  EXPECT_EQ(stored->replayed, std::nullopt);
  ASSERT_TRUE(append_one(log(), messages(scope, 2, {"c"})));
  for (int round = 0; round < 2; ++round) {
    const auto again = append_one(log(), with_key(messages(scope, 3, {"d"}), scope, "k"));
    ASSERT_TRUE(again) << again.error().detail;
    ASSERT_TRUE(again->replayed);
    EXPECT_EQ(again->replayed->first, Position(2)) << "where the stream ended then";
    EXPECT_EQ(again->replayed->count, 0u);
    EXPECT_EQ(log().find_command(scope, "k").value()->first, Position(2));
    reopen();
  }
  EXPECT_THAT(texts_of(all()), ElementsAre("a", "b", "elsewhere", "c"));
}

TEST_P(LogConformance, TellsOfACommandThatCameEarlierInTheSameBatch) {
  const StreamId scope = sample_stream(1);
  const std::vector<AppendRequest> batch{
      with_key(messages(scope, 0, {"a"}), scope, "k"),
      with_key(messages(scope, 0, {"a"}), scope, "k"),
      with_key(messages(scope, 1, {"b"}), scope, "k2"),
      with_key(messages(scope, 1, {"a"}), scope, "k"),
  };
  const auto answers = log().append(batch);
  ASSERT_TRUE(answers[0]);
  EXPECT_EQ(answers[0]->replayed, std::nullopt);
  for (const std::size_t i : {1u, 3u}) {
    ASSERT_TRUE(answers[i]);
    ASSERT_TRUE(answers[i]->replayed);
    EXPECT_EQ(answers[i]->replayed->first, Position(1));
  }
  EXPECT_EQ(answers[2]->replayed, std::nullopt);
  EXPECT_THAT(texts_of(all()), ElementsAre("a", "b"));
}

TEST_P(LogConformance, DoesNotStoreACommandThatWasRefused) {
  const StreamId scope = sample_stream(1);
  ASSERT_FALSE(append_one(log(), with_key(messages(scope, 5, {"a"}), scope, "k")));
  EXPECT_EQ(log().find_command(scope, "k").value(), std::nullopt);
  const auto later = append_one(log(), with_key(messages(scope, 0, {"a"}), scope, "k"));
  ASSERT_TRUE(later);
  EXPECT_EQ(later->replayed, std::nullopt);
}

TEST_P(LogConformance, TellsCommandsApartByScopeAndWholeId) {
  const StreamId other = sample_stream(2);
  ASSERT_TRUE(append_one(log(), with_key(messages(sample_stream(1), 0, {"a"}), other, "k")));
  EXPECT_NE(log().find_command(other, "k").value(), std::nullopt);
  EXPECT_EQ(log().find_command(sample_stream(1), "k").value(), std::nullopt);
  EXPECT_EQ(log().find_command(other, "k2").value(), std::nullopt);
  EXPECT_EQ(log().find_command(other, "").value(), std::nullopt);
}

TEST_P(LogConformance, RefusesWhatPassesABound) {
  const StreamId scope = sample_stream(1);
  std::vector<std::pair<std::string, AppendRequest>> cases;
  cases.emplace_back("no events", messages(scope, 0, {}));
  cases.emplace_back("a command alone of what does not exist",
                     with_key(messages(scope, 0, {}), scope, "k"));
  cases.emplace_back("a command alone without a condition",
                     with_key(messages(sample_stream(2), 0, {}), scope, "k"));
  cases.emplace_back(
      "too many events",
      messages(scope, 0, std::vector<std::string>(limits::append_events_max + 1, "x")));
  cases.emplace_back("a body too large",
                     messages(scope, 0, {std::string(limits::event_body_bytes_max, 'x')}));
  cases.emplace_back("not UTF-8", messages(scope, 0, {"\xc3("}));
  cases.emplace_back("an empty key", with_key(messages(scope, 0, {"x"}), scope, ""));
  cases.emplace_back("a key too long",
                     with_key(messages(scope, 0, {"x"}), scope,
                              std::string(limits::command_id_bytes_max + 1, 'k')));
  cases.emplace_back("a key that is not UTF-8", with_key(messages(scope, 0, {"x"}), scope, "\xff"));
  cases.emplace_back("a stream without a condition", messages(scope, 0, {"x"}));
  cases.back().second.conditions.clear();
  cases.emplace_back("a time before 1970", messages(scope, 0, {"x"}));
  cases.back().second.events[0].at = Instant::from_unix_ms(-1);
  for (const auto& [name, request] : cases) {
    const auto refused = append_one(log(), request);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::Invalid) << name;
  }
  EXPECT_EQ(log().last_position(), Position(0));
  EXPECT_TRUE(append_one(
      log(), with_key(messages(scope, 0, std::vector<std::string>(limits::append_events_max, "x")),
                      scope, std::string(limits::command_id_bytes_max, 'k'))));
  expect_gapless(all());
}

TEST_P(LogConformance, ReadsFromAnywhereAndNoMoreThanAsked) {
  for (std::uint64_t i = 0; i < 10; ++i) {
    const std::string number = std::to_string(i);
    ASSERT_TRUE(append_one(log(), messages(sample_stream(1), i, {"a" + number})));
    ASSERT_TRUE(append_one(log(), messages(sample_stream(2), i, {"b" + number})));
  }
  const auto read_stream = [&](std::uint64_t from, std::size_t count) {
    return texts_of(log().read_stream(sample_stream(2), Version(from), count).value());
  };
  EXPECT_THAT(read_stream(1, 3), ElementsAre("b0", "b1", "b2"));
  EXPECT_THAT(read_stream(0, 1), ElementsAre("b0"));
  EXPECT_THAT(read_stream(9, 100), ElementsAre("b8", "b9"));
  EXPECT_THAT(read_stream(11, 100), IsEmpty());
  EXPECT_THAT(read_stream(1, 0), IsEmpty());
  const auto read_all = [&](std::uint64_t from, std::size_t count) {
    return texts_of(log().read_all(Position(from), count).value());
  };
  EXPECT_THAT(read_all(1, 3), ElementsAre("a0", "b0", "a1"));
  EXPECT_THAT(read_all(0, 1), ElementsAre("a0"));
  EXPECT_THAT(read_all(20, 100), ElementsAre("b9"));
  EXPECT_THAT(read_all(21, 100), IsEmpty());
  EXPECT_THAT(read_all(1, 0), IsEmpty());
}

TEST_P(LogConformance, ReadsALongStreamWhole) {
  std::vector<AppendRequest> batch;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    batch.push_back(messages(sample_stream(1), i, {std::to_string(i)}));
    batch.push_back(messages(sample_stream(2), i, {"other"}));
  }
  for (const auto& answer : log().append(batch)) ASSERT_TRUE(answer);
  const auto texts = texts_of(stream(sample_stream(1)));
  ASSERT_EQ(texts.size(), 1'000u);
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(texts[i], std::to_string(i));
  EXPECT_EQ(log().read_stream(sample_stream(1), Version(301), 333).value().size(), 333u);
}

TEST_P(LogConformance, KeepsSnapshotsUntilTheyAreReplaced) {
  const StreamId one = sample_stream(1);
  EXPECT_EQ(log().read_snapshot(one).value().has_value(), false);
  ASSERT_TRUE(append_one(log(), messages(one, 0, {"a", "b"})));
  log().write_snapshot(one, {Version(1), "first"});
  log().write_snapshot(one, {Version(2), "second"});
  for (int round = 0; round < 2; ++round) {
    const auto snapshot = log().read_snapshot(one).value();
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(snapshot->version, Version(2));
    EXPECT_EQ(snapshot->state, "second");
    EXPECT_FALSE(log().read_snapshot(sample_stream(2)).value());
    reopen();
  }
}

TEST_P(LogConformance, DoesNotGiveASnapshotFromPastTheStreamsEnd) {
  ASSERT_TRUE(append_one(log(), messages(sample_stream(1), 0, {"a"})));
  log().write_snapshot(sample_stream(1), {Version(2), "from another log"});
  EXPECT_FALSE(log().read_snapshot(sample_stream(1)).value());
}

TEST_P(LogConformance, WaitsUntilThereIsMore) {
  const std::chrono::milliseconds at_once{0};
  const std::chrono::minutes for_long{5};
  EXPECT_EQ(log().wait_past(Position(0), at_once), Position(0));
  std::thread waiter([&] {
    Position seen;
    while (seen < Position(3)) {
      const Position last = log().wait_past(seen, for_long);
      EXPECT_GT(last, seen);
      seen = last;
    }
  });
  ASSERT_TRUE(append_one(log(), messages(sample_stream(1), 0, {"a"})));
  EXPECT_EQ(log().wait_past(Position(0), for_long), Position(1));
  EXPECT_EQ(log().wait_past(Position(1), at_once), Position(1));
  ASSERT_TRUE(append_one(log(), messages(sample_stream(1), 1, {"b", "c"})));
  waiter.join();
}

// L5: while one thread appends, whatever the others see is whole and stays.
TEST_P(LogConformance, ShowsReadersOnlyWhatIsSynced) {
  constexpr std::uint64_t appends = 400;
  const StreamId one = sample_stream(1);
  std::atomic<bool> done = false;
  const auto follow = [&] {
    Position seen;
    while (!done.load() || seen < log().last_position()) {
      const Position last = log().wait_past(seen, std::chrono::milliseconds(20));
      const auto events = log().read_all(seen.next(), 1'000).value();
      if (seen < last) {
        ASSERT_FALSE(events.empty());
      }
      for (const RecordedEventPtr& event : events) {
        ASSERT_EQ(event->header.position, seen.next());
        seen = seen.next();
      }
      ASSERT_LE(seen, log().last_position());
    }
    EXPECT_EQ(seen, Position(2 * appends));
  };
  const auto ask = [&] {
    while (!done.load()) {
      const Version version = log().head(one).value();
      // Every append has two events: a reader that saw one only would have seen half of it.
      ASSERT_EQ(version.value() % 2, 0u);
      ASSERT_GE(log().last_position().value(), version.value());
      ASSERT_GE(log().read_stream(one, Version(1), 10'000).value().size(), version.value());
      const auto command = log().find_command(one, std::to_string(version.value() + 2)).value();
      if (command) {
        ASSERT_GE(log().last_position(), command->first.next());
        ASSERT_EQ(log().read_all(command->first, 2).value().size(), 2u);
      }
    }
  };
  std::vector<std::thread> readers;
  readers.emplace_back(follow);
  readers.emplace_back(follow);
  readers.emplace_back(ask);
  for (std::uint64_t i = 0; i < appends; ++i) {
    const auto appended = append_one(
        log(), with_key(messages(one, 2 * i, {"a", "b"}), one, std::to_string(2 * i + 2)));
    EXPECT_TRUE(appended);
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  expect_gapless(all());
}

}  // namespace bitacora::events
