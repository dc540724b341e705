// Medians and percentiles of what was measured.
#pragma once

#include <cstddef>
#include <vector>

namespace bitacora::bench {

// The smallest sample that `share` (0 to 1) of the samples do not exceed: nearest rank. The samples
// must not be empty.
double percentile(std::vector<double> samples, double share);
inline double median(std::vector<double> samples) { return percentile(std::move(samples), 0.5); }

}  // namespace bitacora::bench
