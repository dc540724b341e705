#include "tools/file_limit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <vector>

#include "events/limits.h"

namespace bitacora::tools_test {
namespace {

TEST(FileLimit, LeavesConnectionsWhatTheOthersDoNotNeed) {
  const std::vector<std::pair<std::uint64_t, std::size_t>> cases{
      {0, 0},
      {1'024, 512},
      {4'096, 2'048},
      {10'000, 6'928},
      {1'048'576, events::limits::connections_max},
      {RLIM_INFINITY, events::limits::connections_max}};
  for (const auto& [files_max, connections_max] : cases) {
    EXPECT_EQ(tools::connections_within(files_max), connections_max) << files_max;
  }
}

}  // namespace
}  // namespace bitacora::tools_test
