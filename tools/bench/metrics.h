// Reading a running server's /metrics.
#pragma once

#include <optional>
#include <string_view>

#include "tools/http_client.h"

namespace bitacora::bench {

// The value of the sample with that name (and no labels) in Prometheus' text format.
std::optional<double> read_metric(tools::HttpClient& client, std::string_view name);

}  // namespace bitacora::bench
