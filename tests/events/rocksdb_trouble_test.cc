// What the log does about a disk that breaks or fills up, and about damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/rocksdb_database.h"
#include "events/rocksdb_log.h"
#include "events/rocksdb_rows.h"
#include "tests/events/failing_file_system.h"
#include "tests/events/failing_sync.h"
#include "tests/events/log_requests.h"
#include "tests/events/power_cut_file_system.h"
#include "tests/events/temporary_folder.h"

namespace bitacora::events {
namespace {

using testing::HasSubstr;

struct WriteFailed {
  std::string what;
};

class RocksdbTrouble : public testing::Test {
 protected:
  RocksdbTrouble() {
    options_.folder = folder_.path() / "log";
    options_.free_space_watermark_bytes = 0;
  }

  std::unique_ptr<Log> open() {
    auto log = open_rocksdb_log(options_);
    EXPECT_TRUE(log) << log.error().detail;
    return log ? *std::move(log) : nullptr;
  }

  // Three streams with four events each, in turns.
  void fill() {
    std::vector<AppendRequest> batch;
    for (std::uint64_t i = 0; i < 4; ++i) {
      for (const std::uint8_t each : std::array<std::uint8_t, 3>{1, 2, 3}) {
        batch.push_back(messages(sample_stream(each), i, {"text"}));
      }
    }
    for (const auto& answer : open()->append(batch)) ASSERT_TRUE(answer);
  }

  // One more stream, which takes all that is looked into at opening.
  void fill_past_the_tail() {
    std::vector<AppendRequest> batch;
    for (std::uint64_t i = 0; i < limits::opening_tail_events_max + 10; ++i) {
      batch.push_back(messages(sample_stream(9), i, {"text"}));
    }
    for (const auto& answer : open()->append(batch)) ASSERT_TRUE(answer);
  }

  // For tests that open many logs and care little for the disk: syncs cost nothing on it.
  void use_quick_disk() {
    options_.file_system = std::make_shared<PowerCutFileSystem>(folder_.path() / "graveyard");
  }

  // As a hand at the database itself would, with the log closed.
  void change_rows(const std::function<void(const LogDatabase&, rocksdb::WriteBatch&)>& change) {
    const auto database = LogDatabase::open(options_.folder, options_.file_system);
    ASSERT_TRUE(database) << database.error().detail;
    rocksdb::WriteBatch rows;
    change(**database, rows);
    ASSERT_TRUE((*database)->db().Write({}, &rows).ok());
  }

  TemporaryFolder folder_;
  RocksdbLogOptions options_;
};

TEST_F(RocksdbTrouble, TellsOfAWriteErrorAndAcknowledgesNothing) {
  for (const Trouble trouble : {Trouble::Writes, Trouble::Syncs}) {
    options_.folder = folder_.path() / std::to_string(static_cast<int>(trouble));
    const auto disk = std::make_shared<FailingFileSystem>();
    options_.file_system = disk;
    options_.on_write_error = [](const std::string& what) { throw WriteFailed{what}; };
    {
      const auto log = open();
      ASSERT_TRUE(append_one(*log, messages(sample_stream(1), 0, {"before"})));
      disk->fail(trouble);
      try {
        append_one(*log, messages(sample_stream(1), 1, {"lost"}));
        FAIL() << "an append to a broken disk was answered";
      } catch (const WriteFailed& failed) {
        EXPECT_THAT(failed.what, HasSubstr("the disk is broken"));
      }
      // L5: nobody sees what was not synced.
      EXPECT_EQ(log->last_position(), Position(1));
      EXPECT_EQ(log->read_all(Position(1), 10).value().size(), 1u);
    }
    disk->fail(Trouble::None);
    const auto log = open();
    // What was not acknowledged may be there or not, but not in part.
    EXPECT_GE(log->last_position(), Position(1));
    EXPECT_EQ(log->head(sample_stream(1)).value().value(), log->last_position().value());
    EXPECT_EQ(text_of(log->read_all(Position(1), 1).value().front()), "before");
  }
}

TEST_F(RocksdbTrouble, ExitsOnAWriteErrorWhenNothingElseIsSaid) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto append_to_a_broken_disk = [&] {
    const auto disk = std::make_shared<FailingFileSystem>();
    options_.file_system = disk;
    const auto log = open();
    disk->fail(Trouble::Syncs);
    append_one(*log, messages(sample_stream(1), 0, {"lost"}));
  };
  EXPECT_EXIT(append_to_a_broken_disk(), testing::ExitedWithCode(74),
              "the log could not be written");
}

TEST_F(RocksdbTrouble, RefusesAppendsBelowTheWatermarkAndGoesOnReading) {
  std::uint64_t free_bytes = 1'000;
  options_.free_space_watermark_bytes = 500;
  options_.free_bytes = [&](const std::filesystem::path& folder) {
    EXPECT_EQ(folder, options_.folder);
    return free_bytes;
  };
  {
    const auto log = open();
    ASSERT_TRUE(append_one(*log, messages(sample_stream(1), 0, {"a"})));
    log->write_snapshot(sample_stream(1), {Version(1), "snapshot"});
  }
  free_bytes = 499;
  const auto log = open();
  const std::vector<AppendRequest> batch{messages(sample_stream(1), 1, {"b"}),
                                         messages(sample_stream(2), 0, {"c"})};
  for (int i = 0; i < 2; ++i) {
    for (const auto& answer : log->append(batch)) {
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().code, ErrorCode::StorageFull);
    }
  }
  EXPECT_THAT(texts_of(log->read_all(Position(1), 10).value()), testing::ElementsAre("a"));
  EXPECT_TRUE(log->read_snapshot(sample_stream(1)).value());
  EXPECT_EQ(log->head(sample_stream(1)).value(), Version(1));
  // The first append after somebody made room is taken.
  free_bytes = 500;
  for (const auto& answer : log->append(batch)) EXPECT_TRUE(answer);
  EXPECT_THAT(texts_of(log->read_all(Position(1), 10).value()),
              testing::ElementsAre("a", "b", "c"));
}

TEST_F(RocksdbTrouble, WritesSnapshotsBeforeItsFirstAppendUnlessTheDiskIsFull) {
  std::uint64_t free_bytes = 500;
  options_.free_space_watermark_bytes = 500;
  options_.free_bytes = [&](const std::filesystem::path&) { return free_bytes; };
  ASSERT_TRUE(append_one(*open(), messages(sample_stream(1), 0, {"a"})));
  open()->write_snapshot(sample_stream(1), {Version(1), "snapshot"});
  free_bytes = 499;
  open()->write_snapshot(sample_stream(1), {Version(1), "on a full disk"});
  const auto snapshot = open()->read_snapshot(sample_stream(1)).value();
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->state, "snapshot");
}

TEST_F(RocksdbTrouble, AsksForTheFreeSpaceSeldomWhileThereIsEnough) {
  int asked = 0;
  options_.free_bytes = [&](const std::filesystem::path&) {
    ++asked;
    return ~std::uint64_t{0};
  };
  const auto log = open();
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < 50; ++i) {
    ASSERT_TRUE(append_one(*log, messages(sample_stream(1), i, {"a"})));
  }
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_GE(asked, 1);
  EXPECT_LE(asked, 1 + took / limits::free_space_check_interval);
}

TEST_F(RocksdbTrouble, RefusesToOpenTheSameFolderTwice) {
  const auto log = open();
  const auto second = open_rocksdb_log(options_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(second.error().detail, HasSubstr("in use"));
  EXPECT_TRUE(append_one(*log, messages(sample_stream(1), 0, {"a"})));
}

TEST_F(RocksdbTrouble, RefusesAFolderThatCannotBeMade) {
  options_.folder = "/proc/no/such/folder";
  const auto log = open_rocksdb_log(options_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::Unavailable);
}

TEST_F(RocksdbTrouble, BringsTheFolderToTheDiskThoughSomebodyElseMadeIt) {
  std::filesystem::create_directory(options_.folder);
  const FailingSync failing(folder_.path());
  const auto log = open_rocksdb_log(options_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::Unavailable);
}

// Damage to a log that was closed in order: each kind is refused, with what was found, and what to
// do about it.
struct Damage {
  std::string name;
  std::function<void(const LogDatabase&, rocksdb::WriteBatch&)> do_it;
  std::string says;
};

std::vector<Damage> damages() {
  const auto put = [](Family family, auto key, std::string value) {
    return [=](const LogDatabase& database, rocksdb::WriteBatch& rows) {
      rows.Put(database.family(family), as_slice(key), value);
    };
  };
  const auto erase = [](Family family, auto key) {
    return [=](const LogDatabase& database, rocksdb::WriteBatch& rows) {
      rows.Delete(database.family(family), as_slice(key));
    };
  };
  const auto cut = [](Family family, auto key, std::size_t bytes) {
    return [=](const LogDatabase& database, rocksdb::WriteBatch& rows) {
      const auto value = database.get(family, as_slice(key)).value();
      ASSERT_TRUE(value);
      rows.Put(database.family(family), as_slice(key), value->substr(0, value->size() - bytes));
    };
  };
  const auto last = position_key(Position(12));
  const auto middle = position_key(Position(5));
  return {
      {"a head is gone", erase(Family::Head, stream_key(sample_stream(2))), "head"},
      {"a head is cut", cut(Family::Head, stream_key(sample_stream(2)), 1), "head"},
      {"a head is behind",
       [](const LogDatabase& database, rocksdb::WriteBatch& rows) {
         rows.Put(database.family(Family::Head), as_slice(stream_key(sample_stream(3))),
                  as_slice(head_value({Version(3), Position(9)})));
       },
       "head"},
      {"a head too many",
       [](const LogDatabase& database, rocksdb::WriteBatch& rows) {
         rows.Put(database.family(Family::Head), as_slice(stream_key(sample_stream(9))),
                  as_slice(head_value({Version(1), Position(9)})));
       },
       "4 streams with 13 events"},
      {"the last header is gone", erase(Family::Header, last), "its last header"},
      {"the last body is gone", erase(Family::Body, last), "its last body"},
      {"a header too many", put(Family::Header, position_key(Position(13)), "{}"),
       "its last header"},
      {"a header is gone", erase(Family::Header, middle), "position 5 has no header"},
      {"a body is gone", erase(Family::Body, middle), "position 5 has no body"},
      {"a header is cut", cut(Family::Header, middle, 10), "position 5 has a damaged header"},
      {"a body is cut", cut(Family::Body, middle, 1), "position 5 has a body that is not"},
      {"a body is another's", put(Family::Body, middle, R"({"content":{"text":"never said"}})"),
       "position 5 has a body that is not"},
      {"a stream's row is gone",
       erase(Family::Stream, stream_version_key(sample_stream(2), Version(2))),
       "not where its stream says"},
      {"a stream's row points elsewhere",
       put(Family::Stream, stream_version_key(sample_stream(2), Version(2)),
           std::string(as_slice(position_key(Position(4))).ToStringView())),
       "not where its stream says"},
      {"the counters are gone", erase(Family::Meta, counters_key), "counters"},
      {"the counters are ahead",
       [](const LogDatabase& database, rocksdb::WriteBatch& rows) {
         rows.Put(database.family(Family::Meta), as_slice(counters_key),
                  as_slice(counters_value({Position(13), 3})));
       },
       "it counted 13"},
      {"the format is gone", erase(Family::Meta, format_key), "format"},
      {"the format is of the future",
       [](const LogDatabase& database, rocksdb::WriteBatch& rows) {
         rows.Put(database.family(Family::Meta), as_slice(format_key), as_slice(format_value(2)));
       },
       "format 2"},
  };
}

TEST_F(RocksdbTrouble, RefusesADamagedLogAndSaysWhatToDo) {
  use_quick_disk();
  int number = 0;
  for (const Damage& damage : damages()) {
    SCOPED_TRACE(damage.name);
    options_.folder = folder_.path() / std::to_string(number++);
    fill();
    change_rows(damage.do_it);
    const auto refused = open_rocksdb_log(options_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
    EXPECT_THAT(refused.error().detail, HasSubstr(damage.says));
    EXPECT_THAT(refused.error().detail, HasSubstr("backup"));
  }
}

TEST_F(RocksdbTrouble, RefusesFilesThatRocksdbFindsDamaged) {
  fill();
  for (const auto& file : std::filesystem::directory_iterator(options_.folder)) {
    if (file.path().filename().string().starts_with("MANIFEST")) {
      std::filesystem::resize_file(file.path(), 20);
    }
  }
  const auto refused = open_rocksdb_log(options_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
  EXPECT_THAT(refused.error().detail, HasSubstr("backup"));
}

TEST_F(RocksdbTrouble, RefusesHeadsThatDoNotAddUpHoweverFarBack) {
  use_quick_disk();
  fill();
  fill_past_the_tail();
  change_rows([](const LogDatabase& database, rocksdb::WriteBatch& rows) {
    rows.Put(database.family(Family::Head), as_slice(stream_key(sample_stream(2))),
             as_slice(head_value({Version(3), Position(8)})));
  });
  const auto refused = open_rocksdb_log(options_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Corrupt);
  EXPECT_THAT(refused.error().detail, HasSubstr("its heads tell of"));
}

TEST_F(RocksdbTrouble, TellsOfDamageBeforeTheTailWhenItIsRead) {
  use_quick_disk();
  fill_past_the_tail();
  change_rows([](const LogDatabase& database, rocksdb::WriteBatch& rows) {
    rows.Put(database.family(Family::Body), as_slice(position_key(Position(3))), "{}");
  });
  const auto log = open();
  EXPECT_TRUE(log->read_all(Position(4), 100));
  for (const auto& read :
       {log->read_all(Position(1), 100), log->read_stream(sample_stream(9), Version(1), 100)}) {
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::Corrupt);
    EXPECT_THAT(read.error().detail, HasSubstr("position 3"));
  }
}

}  // namespace
}  // namespace bitacora::events
