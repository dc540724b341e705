#include "tools/bench/statistics.h"

#include <algorithm>
#include <cmath>

#include "events/error.h"

namespace bitacora::bench {

double percentile(std::vector<double> samples, double share) {
  BITACORA_INVARIANT(!samples.empty(), "a percentile needs a sample");
  const auto rank =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(samples.size())));
  const auto nth =
      samples.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(samples.begin(), nth, samples.end());
  return *nth;
}

}  // namespace bitacora::bench
