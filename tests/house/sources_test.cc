#include "tests/house/sources.h"

#include <gmock/gmock.h>

namespace bitacora::house {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Sources, AreFound) { EXPECT_GT(repository_sources().size(), 100U); }

TEST(Style, RefusesUnfinishedWorkAndTestsThatAreSwitchedOff) {
  const std::string left = std::string("// TO") + "DO: later\n";
  const std::string off = std::string("TEST(Log, DIS") + "ABLED_Appends) {}\n";
  EXPECT_THAT(faults_of_style({{"events/log.cc", left + off}}), SizeIs(2));
}

TEST(Style, RefusesNamesThatSayNothing) {
  EXPECT_THAT(faults_of_style({{"http/string_utils.cc", ""}, {"events/helper.cc", ""}}), SizeIs(2));
}

TEST(Style, RefusesAHeaderWithoutPragmaOnce) {
  EXPECT_THAT(faults_of_style({{"events/log.h", "// The log.\n"}}),
              ElementsAre("events/log.h:1: a header without #pragma once"));
}

TEST(Style, RefusesAFileThatIsMoreThanOneSubjectLong) {
  std::string text;
  for (int line = 0; line < 601; ++line) text += "int x;\n";
  EXPECT_THAT(faults_of_style({{"events/log.cc", text}}), SizeIs(1));
}

TEST(Style, HoldsInTheRepository) { EXPECT_THAT(faults_of_style(repository_sources()), IsEmpty()); }

TEST(Build, MissesASourceThatNoListNames) {
  EXPECT_THAT(faults_of_build({{"events/CMakeLists.txt", "log.cc"},
                               {"events/log.cc", ""},
                               {"events/forgotten.cc", ""}}),
              ElementsAre("events/forgotten.cc:1: no CMakeLists.txt names it"));
}

TEST(Build, NamesEverySourceOfTheRepository) {
  EXPECT_THAT(faults_of_build(repository_sources()), IsEmpty());
}

}  // namespace
}  // namespace bitacora::house
