// What a power cut leaves of the log.
//
// Method: in each round a log stands on a file system that loses what was not synced. Random
// appends, over a few streams and with command keys, go on until the power is cut at a random
// write, sync or change of a folder (during opening, appending, flushing or closing alike). Then
// the log is opened again, and everything that was acknowledged must be there, once, without a
// gap; of what was not acknowledged each request is there wholly or not at all.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <set>

#include "events/rocksdb_log.h"
#include "tests/events/log_requests.h"
#include "tests/events/power_cut_file_system.h"
#include "tests/events/temporary_folder.h"

namespace bitacora::events {
namespace {

struct PowerIsCut {};

class PowerCut : public testing::Test {
 protected:
  Result<std::unique_ptr<Log>> open() {
    RocksdbLogOptions options;
    options.folder = folder_.path() / name_;
    options.free_space_watermark_bytes = 0;
    options.file_system = disk_;
    options.on_write_error = [](const std::string&) { throw PowerIsCut{}; };
    return open_rocksdb_log(options);
  }

  void begin_log(int number) {
    name_ = "log" + std::to_string(number);
    heads_.clear();
    acknowledged_.clear();
  }

  // Appends until the power is cut, or `batches` are done. Every text is "<command>/<number>".
  void append_until_cut(Log& log, std::mt19937_64& chance, int batches) {
    try {
      for (int i = 0; i < batches; ++i) append_batch(log, chance);
    } catch (const PowerIsCut&) {
      // The heads in memory may be behind or ahead: they are read again after opening.
    }
  }

  void append_batch(Log& log, std::mt19937_64& chance) {
    const auto below = [&](std::uint64_t bound) { return chance() % bound; };
    std::map<StreamId, std::uint64_t> versions = heads_;
    std::vector<AppendRequest> batch(1 + below(8));
    for (AppendRequest& request : batch) {
      const std::string command = std::to_string(commands_++);
      for (std::uint64_t events = 1 + below(3), i = 0; i < events; ++i) {
        const StreamId stream = sample_stream(static_cast<std::uint8_t>(1 + below(5)));
        request.events.push_back(received(
            stream, command + '/' + std::to_string(i) + ' ' + std::string(below(2'000), 'x')));
      }
      std::set<StreamId> streams;
      for (const NewEvent& event : request.events) streams.insert(event.stream);
      for (const StreamId& stream : streams) {
        request.conditions.push_back({stream, Version(versions[stream])});
      }
      for (const NewEvent& event : request.events) ++versions[event.stream];
      request = with_key(std::move(request), StreamId::directory(), command);
    }
    const auto answers = log.append(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      ASSERT_TRUE(answers[i]) << answers[i].error().detail;
      ASSERT_EQ(answers[i]->replayed, std::nullopt);
      acknowledged_[batch[i].command->id] = {answers[i]->events.front()->header.position,
                                             static_cast<std::uint32_t>(batch[i].events.size())};
    }
    heads_ = versions;
  }

  // Everything that the log must hold, and that it holds nothing else.
  void check(Log& log) {
    const auto events = log.read_all(Position(1), 1'000'000);
    ASSERT_TRUE(events) << events.error().detail;
    ASSERT_EQ(events->size(), log.last_position().value());
    std::map<StreamId, std::uint64_t> versions;
    std::map<std::string, std::vector<Position>> by_command;
    for (const RecordedEventPtr& event : *events) {
      ASSERT_EQ(event->header.version.value(), ++versions[event->header.stream]);
      by_command[event->header.command_id].push_back(event->header.position);
    }
    for (const auto& [command, stored] : acknowledged_) {
      ASSERT_TRUE(by_command.contains(command)) << "command " << command << " is lost";
      ASSERT_EQ(by_command[command].front(), stored.first) << command;
      ASSERT_EQ(by_command[command].size(), stored.count) << command;
    }
    for (const auto& [command, positions] : by_command) {
      const auto stored = log.find_command(StreamId::directory(), command).value();
      ASSERT_TRUE(stored) << "command " << command << " has events, but no row";
      ASSERT_EQ(stored->first, positions.front()) << command;
      ASSERT_EQ(stored->count, positions.size()) << command << " is not there wholly";
    }
    for (const auto& [stream, version] : versions) {
      ASSERT_EQ(log.head(stream).value(), Version(version));
      ASSERT_EQ(log.read_stream(stream, Version(1), 1'000'000).value().size(), version);
    }
    heads_ = versions;
  }

  TemporaryFolder folder_;
  std::string name_ = "log";
  std::shared_ptr<PowerCutFileSystem> disk_ =
      std::make_shared<PowerCutFileSystem>(folder_.path() / "graveyard");
  std::map<StreamId, std::uint64_t> heads_;
  std::map<std::string, StoredCommand> acknowledged_;
  std::uint64_t commands_ = 0;
};

TEST_F(PowerCut, KeepsEveryAcknowledgedAppendOnceAndLeavesNoGap) {
  const std::uint64_t seed = std::random_device{}();
  std::mt19937_64 chance(seed);
  std::uint64_t acknowledged = 0;
  for (int round = 0; round < 80; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    if (round % 10 == 0) begin_log(round);
    // Now and then while opening; mostly while appending.
    disk_->cut_at(1 + chance() % (round % 3 == 0 ? 40 : 250));
    auto log = open();
    if (log) append_until_cut(**log, chance, 30);
    // Closing flushes: another place to be cut at.
    log = error(ErrorCode::Unavailable, "closed");
    disk_->cut();
    disk_->restore(chance());
    auto again = open();
    ASSERT_TRUE(again) << again.error().detail;
    check(**again);
    if (HasFatalFailure()) return;
    if (round % 10 == 9) acknowledged += acknowledged_.size();
  }
  EXPECT_GT(acknowledged, 500u);
}

TEST_F(PowerCut, LosesWhatIsNotSyncedSoThatTheTestMeansSomething) {
  {
    rocksdb::FileOptions options;
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const std::string name = (folder_.path() / "file").string();
    ASSERT_TRUE(disk_->NewWritableFile(name, options, &file, nullptr).ok());
    std::unique_ptr<rocksdb::FSDirectory> directory;
    ASSERT_TRUE(disk_->NewDirectory(folder_.path().string(), {}, &directory, nullptr).ok());
    ASSERT_TRUE(directory->Fsync({}, nullptr).ok());
    ASSERT_TRUE(file->Append("kept", {}, nullptr).ok());
    ASSERT_TRUE(file->Sync({}, nullptr).ok());
    ASSERT_TRUE(file->Append("lost", {}, nullptr).ok());
    ASSERT_TRUE(disk_->RenameFile(name, name + "2", {}, nullptr).ok());
    disk_->cut();
    EXPECT_FALSE(file->Append("never", {}, nullptr).ok());
    EXPECT_FALSE(file->Sync({}, nullptr).ok());
    EXPECT_FALSE(disk_->DeleteFile(name + "2", {}, nullptr).ok());
    file->Close({}, nullptr).PermitUncheckedError();
  }
  const auto first = folder_.path() / "file";
  const auto second = folder_.path() / "file2";
  disk_->restore(1);
  const auto there = std::filesystem::exists(first) ? first : second;
  EXPECT_GE(std::filesystem::file_size(there), 4u);
  EXPECT_LE(std::filesystem::file_size(there), 8u);
  EXPECT_NE(std::filesystem::exists(first), std::filesystem::exists(second));
}

}  // namespace
}  // namespace bitacora::events
