#include "tools/bench/metrics.h"

#include <sstream>
#include <string>

namespace bitacora::bench {

std::optional<double> read_metric(tools::HttpClient& client, std::string_view name) {
  const auto answer = client.get("/metrics");
  if (!answer || answer->status != 200) return std::nullopt;
  std::istringstream lines(answer->body);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string sample;
    double value = 0;
    if (words >> sample >> value && sample == name) return value;
  }
  return std::nullopt;
}

}  // namespace bitacora::bench
