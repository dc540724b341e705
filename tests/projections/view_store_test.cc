#include "projections/view_store.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/projections/fixture.h"

namespace bitacora::projections {
namespace {

using events::Position;

std::unique_ptr<ViewStore> open_store(const TemporaryFolder& folder) {
  return open_view_store(folder.path(), "view", 1).value();
}

std::vector<std::string> keys(const ViewReader& rows, std::string_view lower,
                              std::string_view upper, bool descending = false,
                              std::size_t count_max = 100) {
  std::vector<std::string> found;
  rows.scan(lower, upper, descending, [&](std::string_view key, std::string_view) {
    found.emplace_back(key);
    return found.size() < count_max;
  });
  return found;
}

using Keys = std::vector<std::string>;

TEST(ViewStore, MakesRowsAndCheckpointVisibleTogetherAtCommit) {
  const TemporaryFolder folder;
  const auto store = open_store(folder);
  EXPECT_EQ(store->checkpoint(), Position(0));
  store->begin().put("a", "1");
  const auto before = store->read();
  store->commit(Position(3)).value();
  const auto after = store->read();
  EXPECT_EQ(before->checkpoint(), Position(0));
  EXPECT_EQ(before->get("a"), std::nullopt);
  EXPECT_EQ(after->checkpoint(), Position(3));
  EXPECT_EQ(after->get("a"), "1");
  EXPECT_EQ(store->checkpoint(), Position(3));
}

TEST(ViewStore, KeepsWhatAReaderSeesWhileTheWriterGoesOn) {
  const TemporaryFolder folder;
  const auto store = open_store(folder);
  store->begin().put("a", "1");
  store->commit(Position(1)).value();
  const auto reader = store->read();
  ViewWriter& rows = store->begin();
  rows.erase("a");
  rows.put("b", "2");
  store->commit(Position(2)).value();
  EXPECT_EQ(reader->checkpoint(), Position(1));
  EXPECT_EQ(reader->get("a"), "1");
  EXPECT_EQ(keys(*reader, "a", "z"), Keys{"a"});
}

TEST(ViewStore, LetsTheWriterSeeItsOwnWrites) {
  const TemporaryFolder folder;
  const auto store = open_store(folder);
  ViewWriter& first = store->begin();
  first.put("kept", "1");
  first.put("gone", "1");
  store->commit(Position(1)).value();
  ViewWriter& rows = store->begin();
  rows.put("new", "2");
  EXPECT_EQ(rows.get("new"), "2");
  EXPECT_EQ(rows.get("kept"), "1");
  rows.put("kept", "3");
  EXPECT_EQ(rows.get("kept"), "3");
  rows.erase("gone");
  EXPECT_EQ(rows.get("gone"), std::nullopt);
  rows.erase("new");
  rows.put("new", "4");
  EXPECT_EQ(rows.get("new"), "4");
  store->commit(Position(2)).value();
  const auto reader = store->read();
  EXPECT_EQ(reader->get("new"), "4");
  EXPECT_EQ(reader->get("kept"), "3");
  EXPECT_EQ(reader->get("gone"), std::nullopt);
}

TEST(ViewStore, ForgetsABatchThatWasNotCommitted) {
  const TemporaryFolder folder;
  const auto store = open_store(folder);
  store->begin().put("a", "1");
  store->begin().put("b", "2");
  store->commit(Position(1)).value();
  EXPECT_EQ(keys(*store->read(), "a", "z"), Keys{"b"});
}

TEST(ViewStore, GetsManyRowsInTheOrderAskedFor) {
  const TemporaryFolder folder;
  const auto store = open_store(folder);
  ViewWriter& rows = store->begin();
  for (int i = 0; i < 100; ++i) rows.put("key" + std::to_string(i), std::to_string(i));
  store->commit(Position(1)).value();
  const auto reader = store->read();
  store->begin().put("key7", "later");
  store->commit(Position(2)).value();
  std::vector<std::string> asked;
  for (int i = 99; i >= -1; --i) asked.push_back("key" + std::to_string(i));
  const auto found = reader->get_many(std::vector<std::string_view>(asked.begin(), asked.end()));
  ASSERT_EQ(found.size(), asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) EXPECT_EQ(found[i], reader->get(asked[i]));
  EXPECT_EQ(found[92], "7") << "as of the reader's picture";
  EXPECT_EQ(found[100], std::nullopt);
  EXPECT_TRUE(reader->get_many({}).empty());
}

TEST(ViewStore, ScansARangeBothWaysAndStopsWhenAsked) {
  const TemporaryFolder folder;
  const auto store = open_store(folder);
  ViewWriter& rows = store->begin();
  for (const char* key : {"a1", "a2", "a3", "b1"}) rows.put(key, "");
  store->commit(Position(1)).value();
  const auto reader = store->read();
  EXPECT_EQ(keys(*reader, "a1", "a3"), (Keys{"a1", "a2"}));
  EXPECT_EQ(keys(*reader, "a", "b"), (Keys{"a1", "a2", "a3"}));
  EXPECT_EQ(keys(*reader, "a", "b", true), (Keys{"a3", "a2", "a1"}));
  EXPECT_EQ(keys(*reader, "a", "c", true, 2), (Keys{"b1", "a3"}));
  EXPECT_EQ(keys(*reader, "c", "d"), Keys{});
}

TEST(ViewStore, FindsTheFirstStoredKeyThatTheBatchHasNotErased) {
  const TemporaryFolder folder;
  const auto store = open_store(folder);
  ViewWriter& first = store->begin();
  for (const char* key : {"a2", "a3", "a4"}) first.put(key, "");
  store->commit(Position(1)).value();
  ViewWriter& rows = store->begin();
  rows.put("a1", "");  // of this batch: not looked at
  EXPECT_EQ(rows.first_stored("a", "b"), "a2");
  rows.erase_single("a2");
  EXPECT_EQ(rows.first_stored("a", "b"), "a3");
  rows.erase_single("a3");
  EXPECT_EQ(rows.first_stored("a", "a4"), std::nullopt);
  EXPECT_EQ(rows.first_stored("a3x", "b"), "a4");
}

TEST(ViewStore, ErasesASingleKeyAgainAndAgain) {
  const TemporaryFolder folder;
  const auto store = open_store(folder);
  for (std::uint64_t i = 0; i < 20; ++i) {
    ViewWriter& rows = store->begin();
    if (i > 0) rows.erase_single("moving");
    rows.put("moving", std::to_string(i));
    store->commit(Position(i + 1)).value();
    EXPECT_EQ(store->read()->get("moving"), std::to_string(i));
  }
  store->begin().erase_single("moving");
  store->commit(Position(21)).value();
  EXPECT_EQ(store->read()->get("moving"), std::nullopt);
}

TEST(ViewStore, HasRowsAndCheckpointAgainAfterReopening) {
  const TemporaryFolder folder;
  {
    const auto store = open_store(folder);
    store->begin().put("a", "1");
    store->commit(Position(7)).value();
  }
  const auto store = open_store(folder);
  EXPECT_EQ(store->checkpoint(), Position(7));
  EXPECT_EQ(store->read()->get("a"), "1");
}

TEST(ViewStore, SaysCorruptForADatabaseThatCannotBeRead) {
  const TemporaryFolder folder;
  open_store(folder);
  std::ofstream(folder.path() / "view@1" / "CURRENT") << "nonsense";
  const auto store = open_view_store(folder.path(), "view", 1);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, events::ErrorCode::Corrupt) << store.error().detail;
}

TEST(ViewStore, DoesNotCallAViewCorruptThatAnotherHolds) {
  const TemporaryFolder folder;
  const auto holder = open_store(folder);
  const auto store = open_view_store(folder.path(), "view", 1);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, events::ErrorCode::Unavailable) << store.error().detail;
}

// A death test runs this file's program once more; the folder is handed over in the environment.
TEST(ViewStoreDeathTest, EndsOnADamagedRowAndCallsTheViewCorruptUntilItIsRemoved) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const TemporaryFolder own;
  constexpr const char* handed = "BITACORA_TEST_DAMAGED_VIEW";
  const bool is_parent = getenv(handed) == nullptr;
  if (is_parent) {
    setenv(handed, own.path().c_str(), 1);
    {
      const auto store = open_store(own);
      ViewWriter& rows = store->begin();
      for (char key = 'a'; key <= 'z'; ++key) rows.put({&key, 1}, "value");
      store->commit(Position(1)).value();
    }
    open_store(own);  // moves the rows out of the write-ahead log into a file
    for (const auto& entry : std::filesystem::directory_iterator(own.path() / "view@1")) {
      if (entry.path().extension() != ".sst") continue;
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(4) << "####";
    }
  }
  const std::filesystem::path folder = getenv(handed);
  EXPECT_DEATH((void)open_view_store(folder, "view", 1).value()->read()->get("z"),
               "is damaged and is built anew at the next start");
  if (!is_parent) return;
  unsetenv(handed);
  const auto damaged = open_view_store(folder, "view", 1);
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, events::ErrorCode::Corrupt);
  remove_view(folder, "view", 1).value();
  EXPECT_EQ(open_view_store(folder, "view", 1).value()->checkpoint(), Position(0));
}

}  // namespace
}  // namespace bitacora::projections
