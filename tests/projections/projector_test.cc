#include "projections/projector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "events/limits.h"
#include "projections/rebuild.h"
#include "tests/projections/fixture.h"

namespace bitacora::projections {
namespace {

using events::ConversationStatus;
using events::Position;

// Those that are new or have changed, in the order of their changes.
std::vector<Message> changed_after(std::vector<Message> messages, Position from) {
  std::erase_if(messages, [&](const Message& message) { return message.changed <= from; });
  std::ranges::sort(messages, {}, [](const Message& message) {
    return std::pair(message.changed, message.version);
  });
  return messages;
}

class ProjectorTest : public testing::Test {
 protected:
  void open() { projector = Projector::open(views, *log).value(); }
  // Appends what the history has more than the log, and gives the committed events.
  std::vector<events::RecordedEventPtr> commit() {
    const Position from = log->last_position().next();
    append(*log, history, from);
    return log->read_all(from, 100'000).value();
  }
  AnnouncementPtr apply() { return projector->apply(commit()).value(); }

  // Every view as a rebuild of the log gives it.
  void expect_views_equal_to_rebuilt() {
    InboxProjection inbox;
    TranscriptProjection transcript;
    expect_equal_to_rebuilt(inbox, *projector->read_inbox());
    expect_equal_to_rebuilt(transcript, *projector->read_transcript());
    EXPECT_EQ(*projector->directory(), history.directory);
  }
  void expect_equal_to_rebuilt(Projection& projection, const ViewReader& rows) {
    const auto store = open_view_store(folder.path() / ("rebuilt" + std::to_string(++rebuilds)),
                                       projection.name(), projection.version())
                           .value();
    rebuild(*log, log->last_position(), projection, *store).value();
    EXPECT_EQ(all_rows(rows), all_rows(*store->read())) << projection.name();
    EXPECT_EQ(digest(rows), digest(*store->read())) << projection.name();
  }

  History history{17};
  TemporaryFolder folder;
  std::filesystem::path views = folder.path() / "views";
  std::unique_ptr<events::Log> log = open_log(folder);
  std::unique_ptr<Projector> projector;
  int rebuilds = 0;
};

TEST_F(ProjectorTest, CatchesUpWithTheLogWhenItOpens) {
  for (int i = 0; i < 300; ++i) history.happen();
  commit();
  std::vector<std::pair<Position, Position>> told;
  projector = Projector::open(views, *log, [&](Position position, Position last) {
                told.emplace_back(position, last);
              }).value();
  EXPECT_EQ(projector->position(), history.position());
  EXPECT_EQ(told.back(), std::pair(history.position(), history.position()));
  expect_views_equal_to_rebuilt();
}

TEST_F(ProjectorTest, OpensOnAnEmptyLog) {
  open();
  EXPECT_EQ(projector->position(), Position(0));
  EXPECT_EQ(*projector->directory(), events::DirectoryState{});
  const auto nothing = projector->apply({}).value();
  EXPECT_EQ(nothing->from, Position(0));
  EXPECT_EQ(nothing->to, Position(0));
  EXPECT_TRUE(nothing->changes.empty());
}

TEST_F(ProjectorTest, GoesOnFromEachViewsOwnCheckpoint) {
  for (int i = 0; i < 200; ++i) history.happen();
  commit();
  open();
  projector.reset();
  // The inbox is put back to an earlier time, as a crash between the commits would leave it.
  remove_view(views, "inbox", InboxProjection().version()).value();
  {
    InboxProjection inbox;
    const auto store = open_view_store(views, "inbox", InboxProjection().version()).value();
    rebuild(*log, Position(120), inbox, *store).value();
  }
  for (int i = 0; i < 50; ++i) history.happen();
  commit();
  open();
  EXPECT_EQ(projector->position(), history.position());
  expect_views_equal_to_rebuilt();
}

TEST_F(ProjectorTest, TellsWhatASpanOfTheLogChanged) {
  const auto old = history.open(history.departments[0]);
  history.receive(old, "Hola");
  commit();
  open();
  const Position from = projector->position();
  const auto before = history.states.at(old).facts;

  const auto fresh = history.open(history.departments[1]);
  history.receive(fresh, "Buenas");
  history.claim(old, history.operators[0]);
  history.send(old, "Diga");
  history.receive(old, "Mi pedido");
  history.close(old);
  const auto told = apply();

  EXPECT_EQ(told->from, from);
  EXPECT_EQ(told->to, history.position());
  EXPECT_EQ(projector->position(), history.position());
  EXPECT_FALSE(told->directory_changed);
  EXPECT_EQ(*told->directory, history.directory);
  ASSERT_EQ(told->changes.size(), 2U);
  EXPECT_EQ(told->changes[0].id, fresh);
  EXPECT_EQ(told->changes[0].before.status, ConversationStatus::None);
  EXPECT_EQ(told->changes[0].after, history.states.at(fresh));
  EXPECT_EQ(told->changes[0].messages, history.messages.at(fresh));
  EXPECT_EQ(told->changes[1].id, old);
  EXPECT_EQ(told->changes[1].before, before);
  EXPECT_EQ(told->changes[1].after, history.states.at(old));
  EXPECT_EQ(told->changes[1].after.facts.status, ConversationStatus::Closed);
  EXPECT_EQ(told->changes[1].messages, changed_after(history.messages.at(old), from));
  EXPECT_EQ(told->changes[1].messages.size(), 2U);
}

TEST_F(ProjectorTest, TellsEverySpanAsTheHistoryHasIt) {
  open();
  for (int span = 0; span < 40; ++span) {
    const auto states_before = history.states;
    const auto directory_before = history.directory;
    const auto first = history.events.size();
    for (std::size_t i = 0; i <= history.pick(30); ++i) history.happen();
    const auto told = apply();

    const Position from(span == 0 ? 0 : first);
    const auto touched = std::ranges::count_if(
        history.states, [&](const auto& entry) { return entry.second.position > from; });
    ASSERT_EQ(told->changes.size(), static_cast<std::size_t>(touched));
    Position last;
    for (const ConversationChange& change : told->changes) {
      EXPECT_EQ(change.messages, changed_after(history.messages[change.id], from));
      EXPECT_EQ(change.after, history.states.at(change.id));
      const auto before = states_before.find(change.id);
      EXPECT_EQ(change.before,
                before == states_before.end() ? events::ConversationFacts{} : before->second.facts);
      EXPECT_GT(change.after.position, last) << "in the order of their last events";
      last = change.after.position;
    }
    EXPECT_EQ(*told->directory, history.directory);
    const bool changed = span == 0 || directory_before != history.directory;
    EXPECT_EQ(told->directory_changed, changed);
  }
  expect_views_equal_to_rebuilt();
}

TEST_F(ProjectorTest, ShowsTheAnnouncedStateToReadersThatComeAfter) {
  open();
  apply();
  const auto id = history.open(history.departments[0]);
  history.receive(id, "Hola");
  const auto old_inbox = projector->read_inbox();
  const auto told = apply();
  EXPECT_EQ(projector->read_inbox()->checkpoint(), told->to);
  EXPECT_EQ(projector->read_transcript()->checkpoint(), told->to);
  EXPECT_EQ(find_conversation(*projector->read_inbox(), id), history.states.at(id));
  EXPECT_EQ(find_conversation(*old_inbox, id), std::nullopt);
  EXPECT_EQ(messages_before(*projector->read_transcript(), id, std::nullopt, 10),
            told->changes[0].messages);
}

TEST_F(ProjectorTest, AnnouncesNoMoreMessagesAtATimeThanItsBound) {
  open();
  const auto id = history.open(history.departments[0]);
  history.claim(id, history.operators[0]);
  for (int i = 0; i < 2'400; ++i) history.receive(id);
  for (std::uint64_t up_to = 400; up_to <= 2'400; up_to += 400) {
    history.add(id, events::ConversationRead{history.operators[0], events::Version(up_to)});
  }
  const auto committed = commit();
  std::span<const events::RecordedEventPtr> left = committed;
  std::size_t messages = 0;
  while (!left.empty()) {
    const AnnouncementPtr told = projector->apply(left).value();
    ASSERT_EQ(told->from.next(), left.front()->header.position);
    left = left.subspan(told->to.value() - told->from.value());
    ASSERT_EQ(projector->position(), told->to);
    const std::size_t changed = told->changes.at(0).messages.size();
    EXPECT_LT(changed, events::limits::announced_messages_max + 400);
    messages += changed;
  }
  EXPECT_GE(messages, 4'700U) << "each message twice: new, and read";
  EXPECT_EQ(projector->position(), log->last_position());
  expect_views_equal_to_rebuilt();
}

TEST_F(ProjectorTest, BuildsADeletedViewAnew) {
  for (int i = 0; i < 200; ++i) history.happen();
  commit();
  open();
  projector.reset();
  for (const char* view : {"inbox@3", "transcript@4", "directory@3"}) {
    std::filesystem::remove_all(views / view);
    open();
    EXPECT_EQ(projector->position(), history.position()) << view;
    expect_views_equal_to_rebuilt();
    projector.reset();
  }
}

TEST_F(ProjectorTest, BuildsADamagedViewAnew) {
  for (int i = 0; i < 200; ++i) history.happen();
  commit();
  open();
  projector.reset();
  open();  // moves the rows out of the write-ahead log into files
  projector.reset();
  const auto damage_files = [&](const std::string& view, const std::string& ending) {
    int damaged = 0;
    for (const auto& entry : std::filesystem::directory_iterator(views / view)) {
      if (entry.path().filename().string().find(ending) == std::string::npos) continue;
      std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) / 2);
      ++damaged;
    }
    return damaged;
  };
  for (const std::string view : {"inbox@3", "transcript@4", "directory@3"}) {
    for (const std::string ending : {".sst", "MANIFEST", "CURRENT"}) {
      ASSERT_GT(damage_files(view, ending), 0) << view << ' ' << ending;
      open();
      EXPECT_EQ(projector->position(), history.position()) << view << ' ' << ending;
      expect_views_equal_to_rebuilt();
      projector.reset();
      open();
      projector.reset();
    }
  }
}

TEST_F(ProjectorTest, BuildsAViewAnewThatIsAheadOfTheLog) {
  for (int i = 0; i < 100; ++i) history.happen();
  commit();
  open();
  projector.reset();
  log.reset();
  // The log is put back from an older backup.
  std::filesystem::remove_all(folder.path() / "log");
  log = open_log(folder);
  History other(18);
  history = std::move(other);
  for (int i = 0; i < 20; ++i) history.happen();
  commit();
  open();
  EXPECT_EQ(projector->position(), history.position());
  expect_views_equal_to_rebuilt();
}

TEST_F(ProjectorTest, DeletesTheFoldersOfOlderVersionsAndNothingElse) {
  std::filesystem::create_directories(views / "inbox@0");
  std::ofstream(views / "inbox@0" / "row") << "old";
  for (const char* kept : {"inbox@4", "inbox@0x", "inbox@", "search@0"}) {
    std::filesystem::create_directories(views / kept);
  }
  open();
  EXPECT_FALSE(std::filesystem::exists(views / "inbox@0"));
  for (const char* kept : {"inbox@3", "inbox@4", "inbox@0x", "inbox@", "search@0"}) {
    EXPECT_TRUE(std::filesystem::exists(views / kept)) << kept;
  }
}

TEST_F(ProjectorTest, RefusesToOpenViewsThatAnotherProjectorHolds) {
  commit();
  open();
  const auto second = Projector::open(views, *log);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, events::ErrorCode::Unavailable);
  EXPECT_EQ(projector->position(), history.position()) << "the first is not disturbed";
}

TEST_F(ProjectorTest, AbortsOnAGap) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  open();
  const auto committed = commit();
  EXPECT_DEATH((void)projector->apply(std::span(committed).subspan(1)), "events with a gap");
}

}  // namespace
}  // namespace bitacora::projections
