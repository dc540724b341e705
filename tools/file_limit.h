// How many files the process may have open: each connection is one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitacora::tools {

// Lets the process have open as many as the system lets it; how many those are.
std::uint64_t raise_file_limit();

// How many connections there may be beside the other files: limits::connections_max at most.
std::size_t connections_within(std::uint64_t files_max);

}  // namespace bitacora::tools
