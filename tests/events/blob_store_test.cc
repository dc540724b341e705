#include "events/blob_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "tests/events/sample_events.h"
#include "tests/events/temporary_folder.h"

namespace bitacora::events {
namespace {

class BlobStoreTest : public testing::Test {
 protected:
  std::filesystem::path file_with(const std::string& bytes) {
    const auto path = folder_.path() / "upload";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  AttachmentId blob_with(const std::string& bytes, Instant made = sample_time()) {
    const auto id = AttachmentId::make(made);
    store_->adopt(file_with(bytes), id).value();
    return id;
  }
  std::string bytes_of(const AttachmentId& id) {
    const auto blob = store_->open_blob(id);
    if (!blob) return "none: " + blob.error().detail;
    std::string bytes(blob->size_bytes, '\0');
    const auto read = pread(blob->file.get(), bytes.data(), bytes.size(), 0);
    EXPECT_EQ(read, static_cast<ssize_t>(bytes.size()));
    return bytes;
  }

  TemporaryFolder folder_;
  std::unique_ptr<BlobStore> store_ = BlobStore::open(folder_.path() / "blobs").value();
};

TEST_F(BlobStoreTest, KeepsWhatItAdopts) {
  const auto id = blob_with(std::string("a\0b", 3));
  EXPECT_EQ(bytes_of(id), std::string("a\0b", 3));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "upload"));
  const std::string name = id.to_string();
  EXPECT_EQ(store_->path_of(id), folder_.path() / "blobs" / name.substr(34) / name);
}

TEST_F(BlobStoreTest, FindsItsBlobsWhenItIsOpenedAgain) {
  const auto id = blob_with("bytes");
  store_ = BlobStore::open(folder_.path() / "blobs").value();
  EXPECT_EQ(bytes_of(id), "bytes");
}

TEST_F(BlobStoreTest, AdoptsOnceHoweverOftenItIsAsked) {
  const auto id = blob_with("bytes");
  EXPECT_TRUE(store_->adopt(folder_.path() / "upload", id));
  EXPECT_EQ(bytes_of(id), "bytes");
}

TEST_F(BlobStoreTest, SaysThatThereIsNothingToAdoptLinkOrOpen) {
  const auto id = AttachmentId::make(sample_time());
  EXPECT_EQ(store_->adopt(folder_.path() / "nothing", id).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store_->link(id, AttachmentId::make(sample_time())).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store_->open_blob(id).error().code, ErrorCode::NotFound);
  EXPECT_TRUE(store_->remove(id));
}

TEST_F(BlobStoreTest, ALinkOutlivesWhatItWasMadeFrom) {
  const auto first = blob_with("bytes");
  const auto second = AttachmentId::make(sample_time());
  ASSERT_TRUE(store_->link(first, second));
  ASSERT_TRUE(store_->remove(first));
  EXPECT_EQ(bytes_of(second), "bytes");
}

TEST_F(BlobStoreTest, ABlobThatIsOpenStaysReadableWhenItIsRemoved) {
  const auto id = blob_with("bytes");
  const auto blob = store_->open_blob(id);
  ASSERT_TRUE(store_->remove(id));
  std::string bytes(5, '\0');
  EXPECT_EQ(pread(blob->file.get(), bytes.data(), bytes.size(), 0), 5);
  EXPECT_EQ(bytes, "bytes");
}

TEST_F(BlobStoreTest, SweepsWhatIsOldAndNotNeeded) {
  const Instant longer_ago = sample_time();
  const Instant long_ago = longer_ago.plus_ms(5);
  const auto swept_before = blob_with("looked at before", longer_ago);
  const Instant later = long_ago.plus_ms(1'000'000'000);
  const auto old = blob_with("old", long_ago);
  const auto needed = blob_with("needed", long_ago);
  const auto young = blob_with("young", later.plus_ms(1));
  // By its id, not by its file, which is as old as the one that it is linked to.
  const auto link = AttachmentId::make(later.plus_ms(2));
  ASSERT_TRUE(store_->link(old, link));
  const auto removed =
      store_->sweep(long_ago, later, [&](const AttachmentId& id) { return id == needed; });
  EXPECT_EQ(removed.value(), 1u);
  EXPECT_FALSE(store_->open_blob(old));
  EXPECT_EQ(bytes_of(swept_before), "looked at before");
  EXPECT_EQ(bytes_of(needed), "needed");
  EXPECT_EQ(bytes_of(young), "young");
  EXPECT_EQ(bytes_of(link), "old");
}

}  // namespace
}  // namespace bitacora::events
