#include "projections/media/waveform.h"

#include <gmock/gmock.h>

#include "events/limits.h"

namespace bitacora::projections::media {
namespace {

using testing::Each;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Waveform, IsEmptyOfNothing) { EXPECT_THAT(Waveform().peaks(), IsEmpty()); }

TEST(Waveform, ShowsWhereItIsLoud) {
  Waveform waveform;
  const std::vector<float> quiet(48'000, 0.1F);
  const std::vector<float> loud(48'000, -0.5F);
  waveform.add(quiet);
  waveform.add(loud);
  const auto peaks = waveform.peaks();
  ASSERT_THAT(peaks, SizeIs(events::limits::waveform_peaks_max));
  EXPECT_THAT(std::vector(peaks.begin(), peaks.begin() + 32), Each(20));
  EXPECT_THAT(std::vector(peaks.begin() + 32, peaks.end()), Each(100));
}

TEST(Waveform, DoesNotMakeSilenceLoud) {
  Waveform waveform;
  waveform.add(std::vector<float>(48'000, 0.0005F));
  EXPECT_THAT(waveform.peaks(), Each(0));
}

TEST(Waveform, IsTheSameHoweverTheSamplesAreCut) {
  std::vector<float> samples;
  for (std::int64_t i = 0; i < 1'000'000; ++i) {
    samples.push_back(static_cast<float>(i * 7919 % 1000) / 1000 * static_cast<float>(i % 3));
  }
  Waveform whole;
  whole.add(samples);
  Waveform pieces;
  std::span<const float> left(samples);
  for (std::size_t size = 1; !left.empty(); size = size % 4801 + 7) {
    const auto taken = std::min(size, left.size());
    pieces.add(left.first(taken));
    left = left.subspan(taken);
  }
  EXPECT_EQ(pieces.peaks(), whole.peaks());
}

TEST(Waveform, HasAPeakForEachMomentOfAShortSound) {
  Waveform waveform;
  waveform.add(std::vector<float>(100, 0.5F));
  EXPECT_THAT(waveform.peaks(), SizeIs(3));
}

}  // namespace
}  // namespace bitacora::projections::media
