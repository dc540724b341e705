// The machine that the figures are of.
#pragma once

#include <filesystem>
#include <string>

namespace bitacora::bench {

struct Machine {
  std::string processor;
  std::size_t cores = 0;
  std::string memory;
  std::string kernel;
  std::string system;
  std::string disk;    // device and file system of the folder that is measured
  std::string commit;  // of the working directory's repository; "unknown" outside of one
  std::string date;
};

// Reads /proc, uname(2) and .git; does not start anything.
Machine this_machine(const std::filesystem::path& measured_folder);

}  // namespace bitacora::bench
