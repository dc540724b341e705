// Every numbered rule of docs/PROTOCOL.md is named by a test, at the top of its file.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "tests/house/sources.h"

namespace bitacora::house {
namespace {

// "C1", "C2" of "- **C1** …" and "- **C2** …".
std::set<std::string> rules_of(const std::string& page) {
  static const std::regex rule("(?:^|\\n)- \\*\\*([A-Z][0-9]+)\\*\\*");
  std::set<std::string> rules;
  for (std::sregex_iterator at(page.begin(), page.end(), rule), end; at != end; ++at) {
    rules.insert((*at)[1]);
  }
  return rules;
}

// What comments at a file's top name after "rule" or "rules": "C1, C3 to C5 and V1".
std::set<std::string> cited_by(const std::string& text) {
  static const std::regex part("([A-Z])([0-9]+)(?:\\s+(?://\\s+)?to\\s+(?://\\s+)?[A-Z]([0-9]+))?");
  const std::string top = text.substr(0, text.find("#include"));
  std::set<std::string> cited;
  const std::size_t from = std::min({top.find("rule "), top.find("rules "), top.find("Rules ")});
  if (from == std::string::npos) return cited;
  for (std::sregex_iterator at(top.begin() + static_cast<std::ptrdiff_t>(from), top.end(), part),
       end;
       at != end; ++at) {
    const int first = std::stoi((*at)[2]);
    const int last = (*at)[3].matched ? std::stoi((*at)[3]) : first;
    for (int number = first; number <= last; ++number) {
      cited.insert((*at)[1].str() + std::to_string(number));
    }
  }
  return cited;
}

TEST(Protocol, RulesAndTheirCitationsAreRead) {
  EXPECT_EQ(rules_of("- **M1** JSON\n- **M12** More (**M3**)\n"),
            (std::set<std::string>{"M1", "M12"}));
  EXPECT_EQ(cited_by("// The desk: rules C1 to\n// C3, V1.\n#include <a>\n// rule M1\n"),
            (std::set<std::string>{"C1", "C2", "C3", "V1"}));
}

TEST(Protocol, HasNoRuleThatNoTestNames) {
  std::ifstream file(std::filesystem::path(BITACORA_TESTS_DIR) / "../../docs/PROTOCOL.md");
  std::set<std::string> left = rules_of({std::istreambuf_iterator<char>(file), {}});
  ASSERT_GT(left.size(), 60U);
  for (const SourceFile& source : repository_sources()) {
    const bool is_protocols =
        source.path.starts_with("tests/http/") || source.path.starts_with("tests/acceptance/");
    if (!is_protocols) continue;
    for (const std::string& rule : cited_by(source.text)) left.erase(rule);
  }
  EXPECT_THAT(left, testing::IsEmpty());
}

}  // namespace
}  // namespace bitacora::house
