#include "tools/data_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/events/failing_sync.h"
#include "tests/events/temporary_folder.h"

namespace bitacora::tools_test {
namespace {

using tools::DataFolder;

TEST(DataFolder, IsMadeForItsOwnerAlone) {
  const events::TemporaryFolder parent;
  const auto path = parent.path() / "a" / "b";
  const auto held = DataFolder::hold(path);
  ASSERT_TRUE(held) << held.error().detail;
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
}

TEST(DataFolder, IsHeldOnceAndNamesTheHolder) {
  const events::TemporaryFolder folder;
  {
    const auto first = DataFolder::hold(folder.path());
    ASSERT_TRUE(first);
    const auto second = DataFolder::hold(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, tools::ExitCode::InUse);
    EXPECT_NE(second.error().detail.find(std::to_string(getpid())), std::string::npos)
        << second.error().detail;
  }
  EXPECT_TRUE(DataFolder::hold(folder.path())) << "it is free again";
}

TEST(DataFolder, IsOnTheDiskOnceItIsHeld) {
  const events::TemporaryFolder parent;
  const events::FailingSync failing(parent.path());
  const auto held = DataFolder::hold(parent.path() / "data");
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code, tools::ExitCode::CannotCreate);
}

TEST(DataFolder, CannotBeWhereAFileIs) {
  const events::TemporaryFolder folder;
  const auto held = DataFolder::hold("/dev/null/data");
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code, tools::ExitCode::CannotCreate);
}

}  // namespace
}  // namespace bitacora::tools_test
