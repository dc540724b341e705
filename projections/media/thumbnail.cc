#include "projections/media/thumbnail.h"

#include <sys/mman.h>
#include <vips/vips.h>
#include <webp/encode.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

#include "projections/media/descriptor.h"
#include "projections/media/write_whole.h"

namespace bitacora::projections::media {

namespace limits = events::limits;

namespace {

constexpr float webp_quality = 80;
// 0 to 6: more costs processor time and saves some percent of some ten kilobytes.
constexpr int webp_effort = 2;

template <class T>
struct Unref {
  void operator()(T* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref<T>>;

// A libvips operation's result, by the pointer that it fills.
template <class Operation>
Owned<VipsImage> made_by(const Operation& operation) {
  VipsImage* image = nullptr;
  return operation(&image) == 0 ? Owned<VipsImage>(image) : nullptr;
}

int longer_side(const VipsImage& image) { return std::max(image.Xsize, image.Ysize); }

// Opening reads the header alone; what has been cut off is found when the pixels are asked for, and
// is an error: half a picture in grey would be taken for the picture.
Owned<VipsImage> open_jpeg(VipsSource* source, int shrink) {
  return made_by([&](VipsImage** image) {
    return vips_jpegload_source(source, image, "shrink", shrink, "access", VIPS_ACCESS_SEQUENTIAL,
                                "fail_on", VIPS_FAIL_ON_TRUNCATED, nullptr);
  });
}

Owned<VipsImage> open_png(VipsSource* source) {
  return made_by([&](VipsImage** image) {
    return vips_pngload_source(source, image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on",
                               VIPS_FAIL_ON_TRUNCATED, nullptr);
  });
}

Owned<VipsImage> open_pdf(VipsSource* source, double scale) {
  return made_by([&](VipsImage** image) {
    return vips_pdfload_source(source, image, "page", 0, "n", 1, "scale", scale, "fail_on",
                               VIPS_FAIL_ON_TRUNCATED, nullptr);
  });
}

Owned<VipsImage> open_picture(MediaKind kind, VipsSource* source) {
  if (kind == MediaKind::Jpeg) return open_jpeg(source, 1);
  if (kind == MediaKind::Png) return open_png(source);
  return open_pdf(source, 1);
}

// Opens it anew, as small as its own format can be decoded without falling below a thumbnail's
// size: a JPEG's blocks as one pixel each, a page's lines drawn at the thumbnail's scale.
Owned<VipsImage> reopen_small(MediaKind kind, VipsSource* source, Owned<VipsImage> whole) {
  const int side = longer_side(*whole);
  if (kind == MediaKind::Pdf) {
    return open_pdf(source, static_cast<double>(limits::thumbnail_side_px) / side);
  }
  if (kind == MediaKind::Jpeg) {
    const int shorter = std::min(whole->Xsize, whole->Ysize);
    for (const int shrink : {8, 4, 2}) {
      // A side that would have no pixels left is more than libvips bears.
      const bool fits = side / shrink >= limits::thumbnail_side_px && shorter >= shrink;
      if (fits) return open_jpeg(source, shrink);
    }
  }
  return whole;
}

Owned<VipsImage> shrink_to_thumbnail(MediaKind kind, VipsImage* picture) {
  if (kind == MediaKind::Pdf) {
    // Paper is white, also where nothing is printed on it.
    constexpr double white = 255;
    const std::unique_ptr<VipsArrayDouble, void (*)(VipsArrayDouble*)> background(
        vips_array_double_new(&white, 1),
        [](VipsArrayDouble* array) { vips_area_unref(VIPS_AREA(array)); });
    return made_by([&](VipsImage** image) {
      return vips_flatten(picture, image, "background", background.get(), nullptr);
    });
  }
  return made_by([&](VipsImage** image) {
    return vips_thumbnail_image(picture, image, limits::thumbnail_side_px, "height",
                                limits::thumbnail_side_px, "size", VIPS_SIZE_DOWN, "export_profile",
                                "srgb", nullptr);
  });
}

// Eight bits a channel, red, green, blue, and alpha where there is some.
Owned<VipsImage> as_rgb(VipsImage* picture) {
  const auto rgb = made_by([&](VipsImage** image) {
    return vips_colourspace(picture, image, VIPS_INTERPRETATION_sRGB, nullptr);
  });
  if (!rgb) return nullptr;
  return made_by(
      [&](VipsImage** image) { return vips_cast(rgb.get(), image, VIPS_FORMAT_UCHAR, nullptr); });
}

// WebP of the pixels and of nothing else: libvips' own saver would add what it knows of the camera.
Failure write_webp(VipsImage* picture, int result) {
  const auto rgb = as_rgb(picture);
  if (!rgb || (rgb->Bands != 3 && rgb->Bands != 4)) return Failure::Broken;
  std::size_t size = 0;
  const std::unique_ptr<void, decltype(&g_free)> pixels(
      vips_image_write_to_memory(rgb.get(), &size), &g_free);
  if (!pixels) return Failure::Broken;
  WebPConfig config;
  WebPPicture canvas;
  if (WebPConfigInit(&config) == 0 || WebPPictureInit(&canvas) == 0) return Failure::Broken;
  config.quality = webp_quality;
  config.method = webp_effort;
  canvas.width = rgb->Xsize;
  canvas.height = rgb->Ysize;
  WebPMemoryWriter written;
  WebPMemoryWriterInit(&written);
  canvas.writer = WebPMemoryWrite;
  canvas.custom_ptr = &written;
  const auto* const bytes = static_cast<const std::uint8_t*>(pixels.get());
  const int line_bytes = canvas.width * rgb->Bands;
  const int taken = rgb->Bands == 4 ? WebPPictureImportRGBA(&canvas, bytes, line_bytes)
                                    : WebPPictureImportRGB(&canvas, bytes, line_bytes);
  const bool encoded = taken != 0 && WebPEncode(&config, &canvas) != 0;
  WebPPictureFree(&canvas);
  const std::unique_ptr<WebPMemoryWriter, decltype(&WebPMemoryWriterClear)> owned(
      &written, &WebPMemoryWriterClear);
  if (!encoded) return Failure::Broken;
  if (written.size > limits::thumbnail_bytes_max) return Failure::TooLarge;
  const bool kept = write_whole(result, std::as_bytes(std::span(written.mem, written.size)));
  return kept ? Failure::None : Failure::TooLarge;
}

Failure thumbnail_of(MediaKind kind, int source_descriptor, int result) {
  const Owned<VipsSource> source(vips_source_new_from_descriptor(source_descriptor));
  if (!source) return Failure::Broken;
  auto whole = open_picture(kind, source.get());
  if (!whole) return Failure::Broken;
  // A page has no pixels until it is drawn, and is drawn small.
  const auto pixels =
      static_cast<std::uint64_t>(whole->Xsize) * static_cast<std::uint64_t>(whole->Ysize);
  if (kind != MediaKind::Pdf && pixels > limits::picture_pixels_max) return Failure::TooManyPixels;
  const auto picture = reopen_small(kind, source.get(), std::move(whole));
  if (!picture) return Failure::Broken;
  const auto thumbnail = shrink_to_thumbnail(kind, picture.get());
  return thumbnail ? write_webp(thumbnail.get(), result) : Failure::Broken;
}

// A page with a word in one of the fonts that every reader is expected to have.
std::string page_with_a_word() {
  const std::string drawing = "BT /F1 24 Tf 20 20 Td (Hola) Tj ET";
  const std::array<std::string, 5> objects{
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R "
      "/Resources << /Font << /F1 5 0 R >> >> >>",
      "<< /Length " + std::to_string(drawing.size()) + " >>\nstream\n" + drawing + "\nendstream",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
  std::string page = "%PDF-1.4\n";
  std::string places = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::string place = std::to_string(page.size());
    places += std::string(10 - place.size(), '0') + place + " 00000 n \n";
    page += std::to_string(i + 1) + " 0 obj\n" + objects.at(i) + "\nendobj\n";
  }
  const std::string table_at = std::to_string(page.size());
  return page + "xref\n0 6\n" + places + "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n" +
         table_at + "\n%%EOF\n";
}

void try_thumbnail(MediaKind kind, std::span<const std::byte> picture) {
  const Descriptor source(memfd_create("warm-up", MFD_CLOEXEC));
  const Descriptor result(memfd_create("warm-up", MFD_CLOEXEC));
  if (!write_whole(source.get(), picture)) return;
  make_thumbnail(kind, source.get(), result.get());
}

using SaveToBuffer = int (*)(VipsImage*, void**, std::size_t*, ...);

void try_saved_thumbnail(MediaKind kind, SaveToBuffer save) {
  constexpr int side = 2 * limits::thumbnail_side_px;
  const auto black =
      made_by([](VipsImage** image) { return vips_black(image, side, side, "bands", 3, nullptr); });
  void* bytes = nullptr;
  std::size_t size = 0;
  if (!black || save(black.get(), &bytes, &size, nullptr) != 0) return;
  try_thumbnail(kind, {static_cast<const std::byte*>(bytes), size});
  g_free(bytes);
}

}  // namespace

void load_pictures() {
  if (vips_init("bitacora") != 0) std::abort();
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* const wanted :
       {"VipsForeignLoadJpegSource", "VipsForeignLoadPngSource", "VipsForeignLoadPdfSource"}) {
    vips_operation_block_set(wanted, FALSE);
  }
  // Workers share the processors by their number, and remember nothing of the last job.
  vips_concurrency_set(1);
  vips_cache_set_max(0);
}

void warm_up_pictures() {
  try_saved_thumbnail(MediaKind::Jpeg, vips_jpegsave_buffer);
  try_saved_thumbnail(MediaKind::Png, vips_pngsave_buffer);
  const std::string page = page_with_a_word();
  try_thumbnail(MediaKind::Pdf, std::as_bytes(std::span(page)));
}

Findings make_thumbnail(MediaKind kind, int source, int result) {
  Findings findings;
  findings.failure = thumbnail_of(kind, source, result);
  vips_error_clear();
  return findings;
}

}  // namespace bitacora::projections::media
