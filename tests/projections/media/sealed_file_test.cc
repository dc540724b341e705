#include "projections/media/sealed_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include "tests/projections/media/fixture.h"

namespace bitacora::projections::media {
namespace {

TEST(SealedFile, CannotBeChangedOnceItIsLookedAt) {
  const Descriptor file = empty_file().value();
  ASSERT_EQ(write(file.get(), "hola", 4), 4);
  const auto sealed = SealedFile::seal(file);
  ASSERT_NE(sealed, nullptr);
  EXPECT_LT(pwrite(file.get(), "otra", 4, 0), 0);
  EXPECT_LT(ftruncate(file.get(), 0), 0);
  EXPECT_EQ(sealed->bytes(), "hola");
}

TEST(SealedFile, IsRefusedWhileSomebodyCanWriteToIt) {
  const Descriptor file = empty_file().value();
  ASSERT_EQ(write(file.get(), "hola", 4), 4);
  void* const mapped = mmap(nullptr, 4, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  ASSERT_NE(mapped, MAP_FAILED);
  EXPECT_EQ(SealedFile::seal(file), nullptr);
  munmap(mapped, 4);
}

TEST(SealedFile, IsRefusedWhenItIsEmpty) {
  EXPECT_EQ(SealedFile::seal(empty_file().value()), nullptr);
}

TEST(Results, HaveToLookLikeWhatWasAskedFor) {
  EXPECT_TRUE(looks_like(MediaKind::Jpeg, 0, "RIFF\x10\1\1\1WEBPVP8 "));
  EXPECT_FALSE(looks_like(MediaKind::Jpeg, 0, "<html>"));
  EXPECT_FALSE(looks_like(MediaKind::Jpeg, 0, "RIFF"));
  const std::string large(events::limits::thumbnail_bytes_max, ' ');
  EXPECT_FALSE(looks_like(MediaKind::Pdf, 0, "RIFF\x10\1\1\1WEBP" + large));
  EXPECT_TRUE(looks_like(MediaKind::Webm, 0, "OggS"));
  EXPECT_FALSE(looks_like(MediaKind::Webm, 0, "\xff\xfb\x10"));
  EXPECT_TRUE(looks_like(MediaKind::Webm, 1, "\xff\xfb\x10"));
  EXPECT_FALSE(looks_like(MediaKind::Webm, 1, "OggS"));
}

}  // namespace
}  // namespace bitacora::projections::media
