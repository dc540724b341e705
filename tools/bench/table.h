// The table of docs/BENCHMARKS.md.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/machine.h"
#include "tools/bench/measure.h"

namespace bitacora::bench {

// The whole page, Markdown.
std::string benchmarks_page(const Machine& machine, const std::vector<Row>& rows);

}  // namespace bitacora::bench
