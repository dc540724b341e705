// The import of 2,500 real dialogues, into a folder and through a server.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/acceptance/audit.h"
#include "tests/acceptance/json_values.h"
#include "tests/acceptance/serving.h"
#include "tests/shared_folder.h"

namespace bitacora::acceptance_test {

namespace {

namespace fs = std::filesystem;

// ("contact" or "operator", text), in order.
using Turns = std::vector<std::pair<std::string, std::string>>;

fs::path dialogues_file() { return shared_folder() / "data" / "dialogues.ndjson"; }

std::vector<Turns> read_dialogues() {
  std::vector<Turns> dialogues;
  std::ifstream file(dialogues_file());
  for (std::string line; std::getline(file, line);) {
    Turns turns;
    const auto dialogue = read_json(line);
    for (const auto& turn : at(dialogue, "/turns").as_array()) {
      turns.emplace_back(text_at(turn, "/0"), text_at(turn, "/1"));
    }
    dialogues.push_back(std::move(turns));
  }
  std::sort(dialogues.begin(), dialogues.end());
  return dialogues;
}

// The conversations of the log, as dialogues; each must have been closed at its end.
std::vector<Turns> dialogues_of(const LogAudit& audit) {
  std::vector<Turns> dialogues;
  for (const auto& [id, events] : audit.conversations) {
    Turns turns;
    for (const auto& event : events) {
      if (event->header.type == "MessageReceived") turns.emplace_back("contact", text_of(*event));
      if (event->header.type == "MessageSent") turns.emplace_back("operator", text_of(*event));
    }
    EXPECT_EQ(events.back()->header.type, "ConversationClosed") << id.to_string();
    dialogues.push_back(std::move(turns));
  }
  std::sort(dialogues.begin(), dialogues.end());
  return dialogues;
}

void import(const std::vector<std::string>& into) {
  std::vector<std::string> command{program().string(), "import", dialogues_file().string()};
  command.insert(command.end(), into.begin(), into.end());
  const auto process = bench::ChildProcess::start({.command = command});
  ASSERT_TRUE(process.has_value());
  EXPECT_EQ((*process)->wait(std::chrono::minutes(5)), (bench::ExitStatus{.code = 0}));
}

void import_into_folder(const fs::path& data) { import({"--data", data.string()}); }

void import_through_server(const fs::path& data) {
  const auto server = serve_demo(data);
  import({"--server", server->url(), "--username", "ana", "--password", "demo"});
  EXPECT_EQ(server->stop(), (bench::ExitStatus{.code = 0}));
}

class Import : public testing::TestWithParam<bool> {};

}  // namespace

TEST_P(Import, BringsEveryDialogueOnceAndInOrderAndASecondTimeNothing) {
  const auto expected = read_dialogues();
  ASSERT_EQ(expected.size(), 2500U) << dialogues_file();
  const TemporaryFolder folder;
  const auto data = folder.path() / "data";
  EXPECT_EQ(serve_demo(data)->stop(), (bench::ExitStatus{.code = 0}));

  const bool folder_first = GetParam();
  folder_first ? import_into_folder(data) : import_through_server(data);
  const auto first = audit_folder(data);
  const auto imported = dialogues_of(first);
  ASSERT_EQ(imported.size(), expected.size());
  EXPECT_TRUE(imported == expected) << "a dialogue was changed, lost or doubled";
  expect_views_equal_rebuilt(data);

  // The same way again, and then the other way.
  folder_first ? import_into_folder(data) : import_through_server(data);
  EXPECT_EQ(audit_folder(data).last, first.last);
  folder_first ? import_through_server(data) : import_into_folder(data);
  EXPECT_EQ(audit_folder(data).last, first.last);
}

INSTANTIATE_TEST_SUITE_P(BothWays, Import, testing::Values(true, false),
                         [](const testing::TestParamInfo<bool>& way) {
                           return way.param ? "IntoTheFolderFirst" : "ThroughTheServerFirst";
                         });

}  // namespace bitacora::acceptance_test
