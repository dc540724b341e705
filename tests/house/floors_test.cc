#include <gmock/gmock.h>

#include "tests/house/sources.h"

namespace bitacora::house {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The rules are tried on small examples first: a rule that finds nothing anywhere is no rule.

std::vector<std::string> floors_of(const std::string& path, const std::string& text) {
  return faults_of_floors({{path, text}});
}

TEST(Floors, LetAFolderIncludeWhatStandsBelow) {
  EXPECT_THAT(floors_of("http/app.cc", "#include \"actors/runtime.h\"\n#include <string>\n"),
              IsEmpty());
}

TEST(Floors, RefuseAnIncludeThatClimbs) {
  EXPECT_THAT(floors_of("events/log.cc", "#include <string>\n#include \"projections/inbox.h\"\n"),
              ElementsAre("events/log.cc:2: events/ may not include projections/"));
}

TEST(Floors, RefuseHttpAndChannelsToKnowEachOther) {
  EXPECT_THAT(floors_of("http/app.cc", "#include \"channels/telegram.h\"\n"),
              ElementsAre("http/app.cc:1: http/ may not include channels/"));
  EXPECT_THAT(floors_of("channels/telegram.cc", "#include \"http/server.h\"\n"),
              ElementsAre("channels/telegram.cc:1: channels/ may not include http/"));
}

TEST(Floors, RefuseAnIncludeThatDoesNotNameItsFolder) {
  EXPECT_THAT(floors_of("events/log.cc", "#include \"log.h\"\n"),
              ElementsAre("events/log.cc:1: an include of ours is named from the root"));
}

TEST(Floors, KeepCafInTheActorsAndOutOfTheDeciders) {
  EXPECT_THAT(floors_of("actors/conversation_actor.cc", "#include <caf/all.hpp>\n"), IsEmpty());
  EXPECT_THAT(floors_of("http/ask.cc", "#include <caf/all.hpp>\n"),
              ElementsAre("http/ask.cc:1: CAF stays in actors/"));
  EXPECT_THAT(floors_of("actors/conversation_decider.cc", "#  include <caf/actor.hpp>\n"),
              ElementsAre("actors/conversation_decider.cc:1: a decider knows no CAF"));
}

TEST(Floors, KeepBeastAndRocksdbWhereTheyBelong) {
  EXPECT_THAT(floors_of("tools/serve.cc", "#include <boost/asio/io_context.hpp>\n"),
              ElementsAre("tools/serve.cc:1: Beast and Asio stay in http/, channels/ and the tools "
                          "that are clients"));
  EXPECT_THAT(floors_of("actors/runtime.cc", "#include <rocksdb/db.h>\n"),
              ElementsAre("actors/runtime.cc:1: RocksDB stays under the log, the views and the "
                          "secrets"));
}

TEST(Floors, KeepDecodersInTheMediaWorker) {
  EXPECT_THAT(floors_of("projections/media/thumbnail.cc", "#include <vips/vips.h>\n"), IsEmpty());
  EXPECT_THAT(floors_of("projections/inbox.cc", "#include <vips/vips.h>\n"),
              ElementsAre("projections/inbox.cc:1: decoders stay in the media worker"));
}

TEST(Floors, HoldInTheRepository) {
  EXPECT_THAT(faults_of_floors(repository_sources()), IsEmpty());
}

}  // namespace
}  // namespace bitacora::house
