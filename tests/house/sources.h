// The repository's sources, as the rules of the house are held against them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bitacora::house {

struct SourceFile {
  std::string path;  // from the repository's root: "events/ids.h"
  std::string text;

  // The folder that it belongs to: "events"; of a test "tests/events".
  [[nodiscard]] std::string folder() const;
};

// What stands between #include and the end of the line's quotes or brackets, with them.
struct Include {
  std::size_t line = 0;
  std::string path;   // without quotes or brackets
  bool ours = false;  // in quotes
};

std::vector<Include> includes_of(std::string_view text);

// Every C++ and CMake source under the repository's root, in order of their paths.
const std::vector<SourceFile>& repository_sources();

// --- The rules. Each gives what is wrong, as "path:line: what", and nothing when all is well
// ------

// Includes go to the same floor's folder or to lower ones, never up; libraries stay on the floors
// that they belong to (CAF in actors/, Beast and Asio in http/, channels/ and the tools that are
// clients, RocksDB under the log, the views and the secrets); no decider knows CAF.
std::vector<std::string> faults_of_floors(const std::vector<SourceFile>& sources);

// Headers have #pragma once; no names that say nothing; no file of more than 600 lines; nothing
// left for later and no test switched off.
std::vector<std::string> faults_of_style(const std::vector<SourceFile>& sources);

// Every .cc is named in the CMakeLists.txt of its folder or of one above, or as ../ in one
// below, so that none rots
// unbuilt.
std::vector<std::string> faults_of_build(const std::vector<SourceFile>& sources);

// The sources of a target that are compiled in groups (cmake/compile_options.cmake) have no name
// for two things in their unnamed namespaces, which in a group are one, nor one that a header of
// theirs has in the same namespace, since it would be hidden from the neighbours. Not even a
// function with other parameters: a neighbour's could be called unasked.
std::vector<std::string> faults_of_groups(const std::vector<SourceFile>& sources);

}  // namespace bitacora::house
