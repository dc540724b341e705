#include "events/durable_files.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/events/failing_sync.h"
#include "tests/events/temporary_folder.h"

namespace bitacora::events {
namespace {

TEST(DurableFolders, AreMadeWithThoseAboveThem) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a" / "b" / "c";
  ASSERT_TRUE(make_folders_durably(path / ""));
  EXPECT_TRUE(make_folders_durably(path)) << "again";
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
}

TEST(DurableFolders, AreEachSyncedIntoTheOneAbove) {
  for (const std::string above : {"", "a", "a/b"}) {
    const TemporaryFolder folder;
    const FailingSync failing((folder.path() / above / "").parent_path());
    EXPECT_FALSE(make_folders_durably(folder.path() / "a" / "b" / "c")) << above;
  }
}

TEST(DurableFolders, AreSyncedThoughTheyWereThere) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "a");
  const FailingSync failing(folder.path());
  EXPECT_EQ(make_folders_durably(folder.path() / "a").error().code, ErrorCode::Unavailable);
}

TEST(DurableFolders, MayStandWhereNothingCanBeSynced) {
  EXPECT_TRUE(make_folders_durably("/proc/self"));
  EXPECT_TRUE(make_folders_durably("/"));
}

TEST(DurableFolders, AreNotMadeWhereTheyCannotBe) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "bytes";
  for (const std::filesystem::path& path :
       {std::filesystem::path(), std::filesystem::path("/proc/no/such/folder"),
        folder.path() / "file", folder.path() / "file" / "a"}) {
    EXPECT_FALSE(make_folders_durably(path)) << path;
  }
}

}  // namespace
}  // namespace bitacora::events
