// A view is the same however it came to be: in batches of any size, in one go, or after a crash.
#include "projections/rebuild.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "projections/directory_view.h"
#include "projections/inbox.h"
#include "projections/transcript.h"
#include "tests/projections/fixture.h"

namespace bitacora::projections {
namespace {

using events::Position;

using MakeProjection = std::unique_ptr<Projection> (*)();

template <class Which>
std::unique_ptr<Projection> make() {
  return std::make_unique<Which>();
}

class Rebuild : public testing::TestWithParam<MakeProjection> {
 protected:
  static std::unique_ptr<ViewStore> open_store(const std::filesystem::path& folder) {
    const auto projection = GetParam()();
    return open_view_store(folder, projection->name(), projection->version()).value();
  }
};

// Seeds that differ from run to run; a failure prints the one to look at.
std::vector<std::uint64_t> seeds() {
  std::random_device chance;
  std::vector<std::uint64_t> all{1, 2};
  for (int i = 0; i < 3; ++i) all.push_back(chance());
  return all;
}

TEST_P(Rebuild, GivesTheBytesThatRandomBatchesGave) {
  for (const std::uint64_t seed : seeds()) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History history(seed);
    for (int i = 0; i < 1500; ++i) history.happen();
    const TemporaryFolder folder;
    const auto log = open_log(folder);
    append(*log, history, Position(1));

    const auto incremental = open_store(folder.path() / "incremental");
    auto projection = GetParam()();
    for (std::size_t at = 0; at < history.events.size();) {
      // A projection that is begun anew midway knows nothing but its rows.
      if (history.pick(10) == 0) projection = GetParam()();
      const std::size_t size =
          std::min(1 + history.pick(history.pick(2) == 0 ? 3 : 120), history.events.size() - at);
      apply_batch(*projection, *incremental, std::span(history.events).subspan(at, size));
      at += size;
    }
    const auto rebuilt = open_store(folder.path() / "rebuilt");
    const auto fresh = GetParam()();
    rebuild(*log, log->last_position(), *fresh, *rebuilt).value();

    EXPECT_EQ(all_rows(*rebuilt->read()), all_rows(*incremental->read()));
    EXPECT_EQ(digest(*rebuilt->read()), digest(*incremental->read()));
    EXPECT_FALSE(all_rows(*rebuilt->read()).empty());
  }
}

TEST_P(Rebuild, StopsAtThePositionAskedForAndRefusesOneThatTheLogHasNot) {
  History history(5);
  for (int i = 0; i < 50; ++i) history.happen();
  const TemporaryFolder folder;
  const auto log = open_log(folder);
  append(*log, history, Position(1));
  const auto store = open_store(folder.path() / "half");
  const auto projection = GetParam()();
  rebuild(*log, Position(20), *projection, *store).value();
  EXPECT_EQ(store->checkpoint(), Position(20));

  const auto too_far = open_store(folder.path() / "too-far");
  const auto other = GetParam()();
  const auto refused = rebuild(*log, log->last_position().next(), *other, *too_far);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, events::ErrorCode::Invalid);
}

// The write-ahead log, as a crash would leave it: cut at any byte.
std::filesystem::path write_ahead_log(const std::filesystem::path& folder) {
  std::filesystem::path newest;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
  }
  return newest;
}

TEST_P(Rebuild, FindsRowsAndCheckpointOfOneCommitAfterACrashAtAnyByte) {
  History history(9);
  for (int i = 0; i < 200; ++i) history.happen();
  const TemporaryFolder folder;
  const auto live = folder.path() / "live";
  const auto projection = GetParam()();
  const std::string name =
      std::string(projection->name()) + "@" + std::to_string(projection->version());
  std::map<Position, std::map<std::string, std::string>> commits{{Position(0), {}}};
  const auto store = open_store(live);
  for (std::size_t at = 0; at < history.events.size();) {
    const std::size_t size = std::min(1 + history.pick(20), history.events.size() - at);
    apply_batch(*projection, *store, std::span(history.events).subspan(at, size));
    at += size;
    commits[store->checkpoint()] = all_rows(*store->read());
  }
  const auto log_size = std::filesystem::file_size(write_ahead_log(live / name));
  std::set<Position> met;
  for (std::uint64_t i = 0; i <= 24; ++i) {
    const auto copy = folder.path() / ("copy" + std::to_string(i));
    std::filesystem::copy(live, copy, std::filesystem::copy_options::recursive);
    std::filesystem::resize_file(write_ahead_log(copy / name), log_size * i / 24);
    const auto reopened = open_store(copy);
    const Position checkpoint = reopened->checkpoint();
    ASSERT_TRUE(commits.contains(checkpoint)) << checkpoint.value();
    ASSERT_EQ(all_rows(*reopened->read()), commits.at(checkpoint)) << checkpoint.value();
    met.insert(checkpoint);
    // And goes on from there to the same end.
    const auto fresh = GetParam()();
    apply_batch(*fresh, *reopened, std::span(history.events).subspan(checkpoint.value()));
    ASSERT_EQ(digest(*reopened->read()), digest(*store->read())) << checkpoint.value();
  }
  EXPECT_GT(met.size(), 3U) << "the cuts must fall into several commits";
  EXPECT_TRUE(met.contains(history.position())) << "nothing is lost when nothing is cut";
}

TEST(Digest, DiffersWhenACheckpointAKeyOrAValueDiffers) {
  const TemporaryFolder folder;
  int views = 0;
  const auto digest_of = [&](std::uint64_t checkpoint, const std::string& key,
                             const std::string& value) {
    const auto store = open_view_store(folder.path(), std::to_string(++views), 1).value();
    store->begin().put(key, value);
    store->commit(Position(checkpoint)).value();
    return digest(*store->read());
  };
  const auto same = digest_of(1, "ab", "cd");
  EXPECT_EQ(digest_of(1, "ab", "cd"), same);
  EXPECT_NE(digest_of(2, "ab", "cd"), same);
  EXPECT_NE(digest_of(1, "abc", "d"), same);
  EXPECT_NE(digest_of(1, "ab", "cD"), same);
}

std::string name_of_projection(const testing::TestParamInfo<MakeProjection>& info) {
  return std::string(info.param()->name());
}

INSTANTIATE_TEST_SUITE_P(EveryView, Rebuild,
                         testing::Values(make<InboxProjection>, make<TranscriptProjection>,
                                         make<DirectoryProjection>),
                         name_of_projection);

}  // namespace
}  // namespace bitacora::projections
