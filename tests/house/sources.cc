#include "tests/house/sources.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace bitacora::house {

namespace {

using Faults = std::vector<std::string>;

// Whose folder may include which of ours; tests may include everything.
const std::map<std::string, std::set<std::string>>& floors() {
  static const std::map<std::string, std::set<std::string>> all = {
      {"events", {"events"}},
      {"projections", {"events", "projections"}},
      {"actors", {"events", "projections", "actors"}},
      {"http", {"events", "projections", "actors", "http"}},
      {"channels", {"events", "projections", "actors", "channels"}},
      {"tools", {"events", "projections", "actors", "http", "channels", "tools"}},
  };
  return all;
}

bool begins_with_any(std::string_view text, const std::vector<std::string_view>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

// A library, and where it may be included.
struct LibraryRule {
  std::vector<std::string_view> includes;
  std::vector<std::string_view> places;
  std::string_view why;
};

const std::vector<LibraryRule>& library_rules() {
  static const std::vector<LibraryRule> all = {
      {{"caf/"}, {"actors/", "tests/actors/"}, "CAF stays in actors/"},
      {{"boost/beast", "boost/asio"},
       {"http/", "channels/", "tests/", "tools/http_client", "tools/bench/"},
       "Beast and Asio stay in http/, channels/ and the tools that are clients"},
      {{"rocksdb/"},
       {"events/", "projections/", "http/secret_store", "tests/", "tools/bench/"},
       "RocksDB stays under the log, the views and the secrets"},
      {{"vips/", "webp/", "libav", "libswresample/", "seccomp.h"},
       {"projections/media/", "tests/projections/media/"},
       "decoders stay in the media worker"},
  };
  return all;
}

std::string at(const SourceFile& source, std::size_t line, const std::string& what) {
  return source.path + ":" + std::to_string(line) + ": " + what;
}

bool is_cpp(const SourceFile& source) {
  return source.path.ends_with(".cc") || source.path.ends_with(".h");
}

void check_library(const SourceFile& source, const Include& include, Faults& faults) {
  for (const auto& rule : library_rules()) {
    if (begins_with_any(include.path, rule.includes) &&
        !begins_with_any(source.path, rule.places)) {
      faults.push_back(at(source, include.line, std::string(rule.why)));
    }
  }
  if (source.path.find("_decider.") != std::string::npos && include.path.starts_with("caf/")) {
    faults.push_back(at(source, include.line, "a decider knows no CAF"));
  }
}

void check_floor(const SourceFile& source, const Include& include, Faults& faults) {
  if (!include.ours) return;
  const auto slash = include.path.find('/');
  if (slash == std::string::npos) {
    faults.push_back(at(source, include.line, "an include of ours is named from the root"));
    return;
  }
  const auto from = floors().find(source.folder());
  const auto to = include.path.substr(0, slash);
  if (from != floors().end() && !from->second.contains(to)) {
    faults.push_back(at(source, include.line, from->first + "/ may not include " + to + "/"));
  }
}

// Words are put together here, so that this file does not have them itself.
const std::regex& words_of_unfinished_work() {
  static const std::regex all(std::string("\\b(TO") + "DO|FIX" + "ME|X" + "XX|HA" +
                              "CK)\\b|GTEST_" + "SKIP|\\bDIS" + "ABLED_");
  return all;
}

void check_lines(const SourceFile& source, Faults& faults) {
  std::istringstream lines(source.text);
  std::string line;
  std::size_t number = 0;
  while (std::getline(lines, line)) {
    ++number;
    if (std::regex_search(line, words_of_unfinished_work())) {
      faults.push_back(at(source, number, "unfinished work, or a test that is switched off"));
    }
  }
  constexpr std::size_t lines_max = 600;
  if (number > lines_max) {
    faults.push_back(at(source, number, "more than 600 lines: is it one subject?"));
  }
}

bool says_nothing(const std::string& path) {
  static const std::regex words("(^|[/_])(helpers?|utils?|utilities|manager|misc|common)[._]");
  return std::regex_search(path, words);
}

}  // namespace

std::string SourceFile::folder() const {
  const auto first = path.find('/');
  if (first == std::string::npos) return {};
  const auto top = path.substr(0, first);
  if (top != "tests") return top;
  return path.substr(0, path.find('/', first + 1));
}

std::vector<Include> includes_of(std::string_view text) {
  static const std::regex directive("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]");
  std::vector<Include> found;
  std::istringstream lines{std::string(text)};
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    std::smatch parts;
    if (std::regex_search(line, parts, directive)) {
      found.push_back({number, parts[2].str(), parts[1].str() == "\""});
    }
  }
  return found;
}

const std::vector<SourceFile>& repository_sources() {
  static const std::vector<SourceFile> all = [] {
    const std::filesystem::path root = std::filesystem::path(BITACORA_TESTS_DIR) / "../..";
    std::vector<SourceFile> sources;
    for (const auto* const top :
         {"events", "projections", "actors", "http", "channels", "tools", "tests"}) {
      if (!std::filesystem::exists(root / top)) continue;
      for (const auto& entry : std::filesystem::recursive_directory_iterator(root / top)) {
        const auto& path = entry.path();
        if (!entry.is_regular_file()) continue;
        if (path.extension() != ".cc" && path.extension() != ".h" &&
            path.filename() != "CMakeLists.txt") {
          continue;
        }
        std::ifstream file(path, std::ios::binary);
        sources.push_back({std::filesystem::relative(path, root).string(),
                           {std::istreambuf_iterator<char>(file), {}}});
      }
    }
    std::sort(sources.begin(), sources.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return sources;
  }();
  return all;
}

Faults faults_of_floors(const std::vector<SourceFile>& sources) {
  Faults faults;
  for (const auto& source : sources) {
    if (!is_cpp(source)) continue;
    for (const auto& include : includes_of(source.text)) {
      check_floor(source, include, faults);
      check_library(source, include, faults);
    }
  }
  return faults;
}

Faults faults_of_style(const std::vector<SourceFile>& sources) {
  Faults faults;
  for (const auto& source : sources) {
    check_lines(source, faults);
    if (says_nothing(source.path)) faults.push_back(at(source, 1, "a name that says nothing"));
    if (source.path.ends_with(".h") && source.text.find("\n#pragma once\n") == std::string::npos &&
        !source.text.starts_with("#pragma once\n")) {
      faults.push_back(at(source, 1, "a header without #pragma once"));
    }
  }
  return faults;
}

Faults faults_of_build(const std::vector<SourceFile>& sources) {
  std::map<std::string, std::string> lists;  // folder of a CMakeLists.txt, with its slash → text
  for (const auto& source : sources) {
    constexpr std::string_view list = "CMakeLists.txt";
    if (source.path.ends_with(list)) {
      lists[source.path.substr(0, source.path.size() - list.size())] = source.text;
    }
  }
  Faults faults;
  for (const auto& source : sources) {
    if (!source.path.ends_with(".cc")) continue;
    const auto name = source.path.substr(source.path.rfind('/') + 1);
    const auto above = source.path.substr(0, source.path.size() - name.size());
    const bool listed = std::any_of(lists.begin(), lists.end(), [&](const auto& list) {
      const auto& [folder, text] = list;
      return (source.path.starts_with(folder) && text.find(name) != std::string::npos) ||
             (folder.starts_with(above) && text.find("../" + name) != std::string::npos);
    });
    if (!listed) faults.push_back(at(source, 1, "no CMakeLists.txt names it"));
  }
  return faults;
}

}  // namespace bitacora::house
