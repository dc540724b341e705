#include "projections/media/waveform.h"

#include <algorithm>
#include <cmath>

#include "events/limits.h"

namespace bitacora::projections::media {

namespace {

// Parts are joined in pairs when there are this many: 64 peaks are cut from them evenly enough.
constexpr std::size_t parts_max = 8192;
// -60 dB: the hiss of a microphone in an empty room.
constexpr float audible = 0.001F;

}  // namespace

void Waveform::add(std::span<const float> samples) {
  while (!samples.empty()) {
    const auto taken = static_cast<std::size_t>(
        std::min<std::uint64_t>(samples.size(), samples_a_part_ - samples_in_part_));
    for (const float sample : samples.first(taken)) {
      loudest_in_part_ = std::max(loudest_in_part_, std::abs(sample));
    }
    samples_in_part_ += taken;
    samples = samples.subspan(taken);
    if (samples_in_part_ == samples_a_part_) close_part();
  }
}

void Waveform::close_part() {
  parts_.push_back(loudest_in_part_);
  loudest_in_part_ = 0;
  samples_in_part_ = 0;
  if (parts_.size() < parts_max) return;
  for (std::size_t i = 0; i < parts_max / 2; ++i) {
    parts_[i] = std::max(parts_[2 * i], parts_[2 * i + 1]);
  }
  parts_.resize(parts_max / 2);
  samples_a_part_ *= 2;
}

std::vector<std::uint8_t> Waveform::peaks() const {
  std::vector<float> parts = parts_;
  if (samples_in_part_ > 0) parts.push_back(loudest_in_part_);
  if (parts.empty()) return {};
  const float loudest = *std::max_element(parts.begin(), parts.end());
  const std::size_t count = std::min(parts.size(), events::limits::waveform_peaks_max);
  std::vector<std::uint8_t> peaks(count, 0);
  if (!(loudest >= audible)) return peaks;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(i * parts.size() / count);
    const auto end = parts.begin() + static_cast<std::ptrdiff_t>((i + 1) * parts.size() / count);
    peaks[i] =
        static_cast<std::uint8_t>(std::lround(*std::max_element(begin, end) / loudest * 100));
  }
  return peaks;
}

}  // namespace bitacora::projections::media
