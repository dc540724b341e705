#include <gmock/gmock.h>

#include "tests/house/sources.h"

namespace bitacora::house {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string unnamed(const std::string& lines) {
  return "namespace {\n\n" + lines + "\n}  // namespace\n";
}

// What two sources of one target are told that have these lines in their unnamed namespaces.
std::vector<std::string> groups_of(const std::string& one, const std::string& other) {
  return faults_of_groups({{"events/CMakeLists.txt",
                            "bitacora_library(events\n  SOURCES\n    a.cc\n    b.cc\n  LINK c)"},
                           {"events/a.cc", unnamed(one)},
                           {"events/b.cc", unnamed(other)}});
}

TEST(Groups, RefuseTheSameNameForTwoThings) {
  EXPECT_THAT(groups_of("struct Evolve {\n};\n", "// Evolves.\nstruct Evolve {\n};\n"),
              ElementsAre("events/b.cc:4: events/a.cc:3 has Evolve too, and both may be compiled "
                          "in one group"));
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"enum class Kind : char { Last };", "class Kind final : public Base {"},
           {"constexpr std::size_t length = 36;", "const std::array<int, 2> length{1, 2};"},
           {"Result<void> make(const Path& folder) {", "[[nodiscard]] bool make(int count);"},
           {"using Row = std::pair<int, int>;", "using Row = std::pair<int, bool>;"},
           {"template <class T>\nconst T* found(T& in) {",
            "std::optional<Row> found(\n    int a) {"},
           {"constexpr int operators = 64;", "int operators = 2;"},
           {"char buffer[16];", "thread_local Buffer buffer;"}}) {
    EXPECT_THAT(groups_of(one, other), testing::SizeIs(1)) << one << "\n" << other;
  }
}

TEST(Groups, LetStandWhatTheCompilerTakesTwice) {
  for (const std::string text :
       {"using Clock = std::chrono::steady_clock;", "namespace json = boost::json;",
        "using events::ErrorCode;", "using namespace std::chrono_literals;",
        "static_assert(sizeof(int) == 4);", "TEST(Log, Appends) {", "Result<void> Log::append() {",
        "bool operator==(const Row& a, const Row& b) {", "  int indented = 1;",
        "// const int x = 1;", "MATCHER_P(Has, text, \"\") { return true; }",
        "#define LINE(x) int x = 1;"}) {
    EXPECT_THAT(groups_of(text, text), IsEmpty()) << text;
  }
  EXPECT_THAT(groups_of("bool is_open();\n\nbool is_open() {\n}\n", ""), IsEmpty());
}

TEST(Groups, LetAloneWhatIsCompiledByItself) {
  const std::string self = unnamed("using Self = Ask;\nvoid begin(Self* self) {\n}\n");
  const std::string other = unnamed("using Self = Log;\nvoid begin(Self* self) {\n}\n");
  EXPECT_THAT(faults_of_groups({{"actors/CMakeLists.txt",
                                 "bitacora_library(actors\n  SOURCES a.cc  # ALONE\n  ALONE b.cc)\n"
                                 "bitacora_test(deciders SOURCES c.cc)\n"},
                                {"actors/a.cc", self},
                                {"actors/b.cc", other},
                                {"actors/c.cc", other}}),
              IsEmpty());
}

TEST(Groups, SeeTheSourcesOfOtherFolders) {
  EXPECT_THAT(faults_of_groups(
                  {{"tests/tools/CMakeLists.txt", "bitacora_test(tools SOURCES a.cc ../http/b.cc)"},
                   {"tests/tools/a.cc", unnamed("int port = 0;\n")},
                   {"tests/http/b.cc", unnamed("int port = 0;\n")}}),
              testing::SizeIs(1));
}

TEST(Groups, RefuseANameThatANeighboursHeaderHas) {
  const std::string header = "bool is_open(int file);\n";
  EXPECT_THAT(
      faults_of_groups({{"http/CMakeLists.txt", "SOURCES a.cc b.cc"},
                        {"http/files.h", "namespace bitacora::http {\n" + header},
                        {"events/time.h", "namespace bitacora::events {\nint now();\n"},
                        {"http/a.cc",
                         "#include \"events/time.h\"\n#include \"http/files.h\"\n"
                         "namespace bitacora::http {\n"},
                        {"http/b.cc", unnamed("bool is_open() {\n}\nint now() {\n}\n")}}),
      ElementsAre("http/b.cc:3: http/files.h:2 has is_open too, and both may be compiled in one "
                  "group"));
}

TEST(Groups, HoldInTheRepository) {
  EXPECT_THAT(faults_of_groups(repository_sources()), IsEmpty());
}

}  // namespace
}  // namespace bitacora::house
