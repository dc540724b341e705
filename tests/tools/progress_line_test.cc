#include "tools/progress_line.h"

#include <gtest/gtest.h>

#include <sstream>

namespace bitacora::tools_test {
namespace {

using tools::grouped;
using tools::progress_text;

TEST(ProgressLine, GroupsTheDigitsOfANumber) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

TEST(ProgressLine, TellsTheShareTheCountAndTheRate) {
  EXPECT_EQ(progress_text(500, 1'000, 1'250, 2, false), "50 %  1,250 dialogues  625/s");
  EXPECT_EQ(progress_text(0, 0, 10, 0, false), "10 dialogues");
  EXPECT_EQ(progress_text(500, 1'000, 1, 0, true), "████████████░░░░░░░░░░░░ 50 %  1 dialogues");
}

TEST(ProgressLine, LeavesTheTerminalsLineEmptyBehindIt) {
  std::ostringstream terminal;
  tools::ImportCounts counts;
  { const tools::ProgressLine line(terminal, true, counts, 100); }
  EXPECT_TRUE(terminal.str().ends_with("\r\x1b[K"));
  std::ostringstream file;
  { const tools::ProgressLine line(file, false, counts, 100); }
  EXPECT_EQ(file.str(), "");
}

}  // namespace
}  // namespace bitacora::tools_test
