// The rule on names in sources that are compiled in groups.
#include <filesystem>
#include <map>
#include <optional>
#include <regex>
#include <sstream>

#include "tests/house/sources.h"

namespace bitacora::house {

namespace {

// What one line of a source defines in an unnamed namespace.
struct Definition {
  std::string name;
  std::size_t line = 0;
  // Of what may stand twice when both are the same, the whole line.
  std::string repeatable;
};

// The sources of each target that are compiled in groups, by their paths: those that a list of
// CMake has after SOURCES, before its next parameter.
std::vector<std::vector<std::string>> grouped_sources(const SourceFile& list) {
  const auto folder = std::filesystem::path(list.path).parent_path();
  std::vector<std::vector<std::string>> groups;
  bool is_sources = false;
  std::istringstream lines(list.text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    for (std::string word; words >> word;) {
      if (word == "SOURCES") {
        is_sources = true;
        groups.emplace_back();
        continue;
      }
      const bool is_last = word.ends_with(')');
      if (is_last) word.pop_back();
      if (is_sources && word.ends_with(".cc")) {
        groups.back().push_back((folder / word).lexically_normal().string());
      } else {
        is_sources = false;
      }
      if (is_last) is_sources = false;
    }
  }
  return groups;
}

// What a line defines that begins in the first column; macros and members of classes define
// nothing here.
std::optional<Definition> defined_by(const std::string& text) {
  static const std::regex alias("(?:using|namespace) (\\w+) = .*;");
  static const std::regex type(
      "(?:struct|class|union|enum(?: class)?) (?:\\[\\[.*\\]\\] )?(\\w+)(?:[ ;{].*|:[^:].*)?");
  // A type, a name, and what follows a function's or a variable's name.
  static const std::regex other(
      "(?:\\[\\[.*?\\]\\] )?[A-Za-z_][^(=;\"{]*[ &*>](\\w+)(?:[({;\\[]| =).*");
  static const std::regex nothing(
      "(?:using|extern|template|static_assert|namespace)\\b.*|.*\\boperator\\b.*");
  std::smatch parts;
  if (std::regex_match(text, parts, alias)) return Definition{parts[1], 0, text};
  if (std::regex_match(text, parts, type)) return Definition{parts[1], 0, {}};
  if (std::regex_match(text, nothing)) return {};
  if (std::regex_match(text, parts, other)) return Definition{parts[1], 0, {}};
  return {};
}

std::vector<Definition> definitions(const SourceFile& source) {
  // What a header has is for all.
  const bool is_header = source.path.ends_with(".h");
  std::vector<Definition> found;
  bool is_inside = is_header;
  std::istringstream lines(source.text);
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (!is_header && line == "namespace {") is_inside = true;
    if (!is_header && line == "}  // namespace") is_inside = false;
    if (!is_inside) continue;
    if (auto definition = defined_by(line)) {
      definition->line = number;
      found.push_back(std::move(*definition));
    }
  }
  return found;
}

struct Place {
  std::string path;
  Definition definition;
};

using ByPath = std::map<std::string, const SourceFile*>;

std::vector<const SourceFile*> found_by(const std::vector<std::string>& paths, const ByPath& all) {
  std::vector<const SourceFile*> found;
  for (const std::string& path : paths) {
    if (const auto known = all.find(path); known != all.end()) found.push_back(known->second);
  }
  return found;
}

// "namespace bitacora::http {", the first of a file.
std::string namespace_line(const SourceFile& source) {
  const auto begin = source.text.find("namespace bitacora");
  return begin == std::string::npos
             ? std::string{}
             : source.text.substr(begin, source.text.find('\n', begin) - begin);
}

// The headers that the sources include and that are of their namespace.
std::vector<const SourceFile*> headers_of(const std::vector<const SourceFile*>& group,
                                          const ByPath& all) {
  std::vector<const SourceFile*> headers;
  for (const SourceFile* const source : group) {
    std::vector<std::string> paths;
    for (const Include& include : includes_of(source->text)) paths.push_back(include.path);
    for (const SourceFile* const header : found_by(paths, all)) {
      if (namespace_line(*header) == namespace_line(*source)) headers.push_back(header);
    }
  }
  return headers;
}

void check_group(const std::vector<const SourceFile*>& group, const ByPath& all,
                 std::vector<std::string>& faults) {
  std::map<std::string, Place> first;
  for (const SourceFile* const header : headers_of(group, all)) {
    for (const Definition& there : definitions(*header)) {
      first.try_emplace(there.name, Place{header->path, there});
    }
  }
  for (const SourceFile* const source : group) {
    for (const Definition& here : definitions(*source)) {
      const auto [known, is_new] = first.try_emplace(here.name, Place{source->path, here});
      const auto& [path, there] = known->second;
      const bool is_same = !here.repeatable.empty() && here.repeatable == there.repeatable;
      if (is_new || is_same || path == source->path) continue;
      faults.push_back(source->path + ":" + std::to_string(here.line) + ": " + path + ":" +
                       std::to_string(there.line) + " has " + here.name +
                       " too, and both may be compiled in one group");
    }
  }
}

}  // namespace

std::vector<std::string> faults_of_groups(const std::vector<SourceFile>& sources) {
  ByPath by_path;
  for (const SourceFile& source : sources) by_path[source.path] = &source;
  std::vector<std::string> faults;
  for (const SourceFile& list : sources) {
    if (!list.path.ends_with("CMakeLists.txt")) continue;
    for (const auto& paths : grouped_sources(list)) {
      check_group(found_by(paths, by_path), by_path, faults);
    }
  }
  return faults;
}

}  // namespace bitacora::house
