// A large picture to measure with, made by libvips' own programs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "events/error.h"

namespace bitacora::bench {

// Runs a program to its end; the processor time that it took, seconds. Unavailable when there is no
// such program or it fails.
events::Result<double> run_program(const std::vector<std::string>& command);

// Clouds with grain, 12 megapixels, some megabytes: about as hard to decode as a photograph. The
// folder is left with what it was made of.
events::Result<void> make_picture(const std::filesystem::path& folder,
                                  const std::filesystem::path& jpeg);

}  // namespace bitacora::bench
