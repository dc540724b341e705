// The shape of a recording: its loudest moments over equal parts of its length.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bitacora::projections::media {

// Takes samples in order without knowing how many will come, in bounded memory.
class Waveform {
 public:
  // One channel's samples, or the mean of all; full scale is 1.
  void add(std::span<const float> samples);
  // At most limits::waveform_peaks_max values, each the loudest sample of an equal part, 100 being
  // the loudest of all. A recording in which there is nothing to be heard is all zeros.
  [[nodiscard]] std::vector<std::uint8_t> peaks() const;

 private:
  void close_part();

  std::vector<float> parts_;  // the loudest of each `samples_a_part_` samples
  std::uint64_t samples_a_part_ = 48;
  std::uint64_t samples_in_part_ = 0;
  float loudest_in_part_ = 0;
};

}  // namespace bitacora::projections::media
