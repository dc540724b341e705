#include <vips/vips.h>

#include "tests/projections/media/fixture.h"

namespace bitacora::projections::media {
namespace {

// A WebP decoded, for looking at.
class Picture {
 public:
  explicit Picture(const std::string& webp) : bytes_(webp) {
    [[maybe_unused]] static const int ready = vips_init("test");
    BITACORA_INVARIANT(vips_webpload_buffer(bytes_.data(), bytes_.size(), &image_, nullptr) == 0,
                       vips_error_buffer());
  }
  ~Picture() { g_object_unref(image_); }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  [[nodiscard]] int width() const { return image_->Xsize; }
  [[nodiscard]] int height() const { return image_->Ysize; }
  [[nodiscard]] bool has_alpha() const { return vips_image_hasalpha(image_) != 0; }
  [[nodiscard]] bool has(const char* metadata) const {
    return vips_image_get_typeof(image_, metadata) != 0;
  }
  [[nodiscard]] std::vector<double> at(int x, int y) const {
    double* values = nullptr;
    int count = 0;
    BITACORA_INVARIANT(vips_getpoint(image_, &values, &count, x, y, nullptr) == 0,
                       vips_error_buffer());
    std::vector<double> point(values, values + count);
    g_free(values);
    return point;
  }

 private:
  std::string bytes_;
  VipsImage* image_ = nullptr;
};

class WorkerPictures : public WorkerTest {
 protected:
  // Encoded pictures of one colour, made here.
  static std::string made(const char* suffix, int width, int height) {
    [[maybe_unused]] static const int ready = vips_init("test");
    VipsImage* black = nullptr;
    void* bytes = nullptr;
    std::size_t size = 0;
    BITACORA_INVARIANT(vips_black(&black, width, height, "bands", 3, nullptr) == 0,
                       vips_error_buffer());
    BITACORA_INVARIANT(vips_image_write_to_buffer(black, suffix, &bytes, &size, nullptr) == 0,
                       vips_error_buffer());
    std::string encoded(static_cast<const char*>(bytes), size);
    g_free(bytes);
    g_object_unref(black);
    return encoded;
  }
};

TEST_F(WorkerPictures, TurnsAPhotographUprightAndLeavesItsPlaceOut) {
  const auto result = run_file(MediaKind::Jpeg, "photo-12mp-rotated-gps.jpg");
  ASSERT_EQ(result.end, JobEnd::Answered);
  ASSERT_EQ(result.findings.failure, Failure::None);
  const Picture thumbnail(results_.front());
  EXPECT_EQ(thumbnail.width(), 240);
  EXPECT_EQ(thumbnail.height(), 320);
  for (const char* const metadata : {"exif-data", "xmp-data", "iptc-data", "icc-profile-data",
                                     "orientation", "exif-ifd3-GPSLatitude"}) {
    EXPECT_FALSE(thumbnail.has(metadata)) << metadata;
  }
  EXPECT_EQ(results_.front().find("Exif"), std::string::npos);
  EXPECT_EQ(results_.front().find("GPS"), std::string::npos);
}

TEST_F(WorkerPictures, ShrinksAScanToTheLongerSide) {
  ASSERT_EQ(run_file(MediaKind::Jpeg, "comprobante.jpeg").findings.failure, Failure::None);
  const Picture thumbnail(results_.front());
  EXPECT_EQ(thumbnail.width(), 320);
  EXPECT_EQ(thumbnail.height(), 240);
}

TEST_F(WorkerPictures, KeepsTransparency) {
  ASSERT_EQ(run_file(MediaKind::Png, "captura-transparente.png").findings.failure, Failure::None);
  const Picture thumbnail(results_.front());
  EXPECT_EQ(std::max(thumbnail.width(), thumbnail.height()), 320);
  ASSERT_TRUE(thumbnail.has_alpha());
  EXPECT_EQ(thumbnail.at(5, 5).back(), 0);
  const double shadow = thumbnail.at(160, 100).back();  // 215 in the file
  EXPECT_GT(shadow, 190);
  EXPECT_LT(shadow, 240);
}

TEST_F(WorkerPictures, DrawsAPdfsFirstPageOnWhite) {
  ASSERT_EQ(run_file(MediaKind::Pdf, "carta.pdf").findings.failure, Failure::None);
  const Picture thumbnail(results_.front());
  EXPECT_EQ(thumbnail.height(), 320);
  EXPECT_FALSE(thumbnail.has_alpha());
  for (const double value : thumbnail.at(2, 2)) EXPECT_GE(value, 250);
}

TEST_F(WorkerPictures, NeverMakesAPictureLarger) {
  ASSERT_EQ(run(MediaKind::Png, made(".png", 20, 10)).findings.failure, Failure::None);
  const Picture thumbnail(results_.front());
  EXPECT_EQ(thumbnail.width(), 20);
  EXPECT_EQ(thumbnail.height(), 10);
}

TEST_F(WorkerPictures, AreAtLeastAPixelWideWhateverTheirShape) {
  ASSERT_EQ(run(MediaKind::Jpeg, made(".jpg", 20'000, 3)).findings.failure, Failure::None);
  const Picture thumbnail(results_.front());
  EXPECT_EQ(thumbnail.width(), 320);
  EXPECT_EQ(thumbnail.height(), 1);
}

TEST_F(WorkerPictures, ShowAPolyglotAsThePictureThatItIs) {
  ASSERT_EQ(run_file(MediaKind::Jpeg, "hostile/polyglot.jpg").findings.failure, Failure::None);
  EXPECT_EQ(Picture(results_.front()).width(), 320);
  EXPECT_EQ(results_.front().find("html"), std::string::npos);
}

TEST_F(WorkerPictures, AreTheSameBytesEachTime) {
  run_file(MediaKind::Jpeg, "comprobante.jpeg");
  const auto first = results_.front();
  worker_.reset();
  run_file(MediaKind::Png, "captura-transparente.png");
  run_file(MediaKind::Jpeg, "comprobante.jpeg");
  EXPECT_EQ(results_.front(), first);
}

struct Hostile {
  const char* name;
  MediaKind kind;
  Failure failure;
};

TEST_F(WorkerPictures, SayWhyThereIsNoneOfHostileFiles) {
  for (const auto& [name, kind, failure] : {
           Hostile{"hostile/bomb-50000x50000.png", MediaKind::Png, Failure::TooManyPixels},
           Hostile{"hostile/truncated.jpg", MediaKind::Jpeg, Failure::Broken},
           Hostile{"hostile/broken-xref.pdf", MediaKind::Pdf, Failure::Broken},
           // What is refused at the door: nothing is guessed here either.
           Hostile{"hostile/html-named.pdf", MediaKind::Pdf, Failure::Broken},
           Hostile{"hostile/svg-named.png", MediaKind::Png, Failure::Broken},
           Hostile{"hostile/elf-named.pdf", MediaKind::Pdf, Failure::Broken},
           Hostile{"hostile/empty.pdf", MediaKind::Pdf, Failure::Broken},
           Hostile{"comprobante.jpeg", MediaKind::Png, Failure::Broken},
           Hostile{"captura-transparente.png", MediaKind::Pdf, Failure::Broken},
           Hostile{"carta.pdf", MediaKind::Jpeg, Failure::Broken},
       }) {
    SCOPED_TRACE(name);
    const auto result = run_file(kind, name);
    EXPECT_EQ(result.end, JobEnd::Answered);
    EXPECT_EQ(result.findings.failure, failure);
    EXPECT_TRUE(results_.front().empty());
  }
}

TEST_F(WorkerPictures, DoNotLetABombTakeMemory) {
  start();
  const auto before = worker_->resident_bytes();
  run_file(MediaKind::Png, "hostile/bomb-50000x50000.png");
  ASSERT_GT(before, 0U);
  EXPECT_LT(worker_->resident_bytes(), before + 16ul * 1024 * 1024);
}

TEST_F(WorkerPictures, GoOnAfterEveryPrefixOfAPicture) {
  const auto whole = read_file(attachments_folder() / "comprobante.jpeg");
  for (std::size_t size = 0; size < whole.size(); size += whole.size() / 40) {
    const auto result = run(MediaKind::Jpeg, whole.substr(0, size));
    EXPECT_EQ(result.end, JobEnd::Answered) << size;
    EXPECT_EQ(result.findings.failure, Failure::Broken) << size;
  }
  EXPECT_EQ(run(MediaKind::Jpeg, whole).findings.failure, Failure::None);
}

}  // namespace
}  // namespace bitacora::projections::media
