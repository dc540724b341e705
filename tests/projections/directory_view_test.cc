#include "projections/directory_view.h"

#include <gtest/gtest.h>

#include "tests/projections/fixture.h"

namespace bitacora::projections {
namespace {

TEST(DirectoryView, LoadsWhatItsEventsLeadTo) {
  History history(11);
  const TemporaryFolder folder;
  const auto store = open_view_store(folder.path(), "directory", 1).value();
  DirectoryProjection projection;
  EXPECT_EQ(load_directory(*store->read()), events::DirectoryState{});
  for (int i = 0; i < 60; ++i) {
    for (int step = 0; step < 20; ++step) history.happen();
    const std::span all(history.events);
    apply_batch(projection, *store, all.subspan(store->checkpoint().value()));
    ASSERT_EQ(load_directory(*store->read()), history.directory)
        << "after " << history.position().value() << " events";
  }
  EXPECT_FALSE(history.directory.quick_replies.empty());
}

TEST(DirectoryView, HasARowADepartmentOperatorAndQuickReply) {
  History history(12);
  const TemporaryFolder folder;
  const auto store = open_view_store(folder.path(), "directory", 1).value();
  DirectoryProjection projection;
  apply_batch(projection, *store, history.events);
  const std::size_t one_for_the_whole = 1;
  EXPECT_EQ(all_rows(*store->read()).size(),
            history.departments.size() + history.operators.size() + one_for_the_whole);
}

}  // namespace
}  // namespace bitacora::projections
