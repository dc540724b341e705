// An import, small enough to count by hand: into a folder, through a server, one after the other,
// with bad lines, and with a target that fails on the way.

#include <gmock/gmock.h>

#include <map>
#include <mutex>
#include <sstream>

#include "projections/inbox.h"
#include "projections/transcript.h"
#include "tests/tools/service_fixture.h"
#include "tools/dialogue.h"
#include "tools/import_run.h"

namespace bitacora::tools_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tools::ImportCounts;

constexpr std::string_view two_dialogues =
    R"({"id":"dlg-1","turns":[["contact","Uno"],["operator","Dos"],["contact","Tres"],["operator","Cuatro"]]}
{"id":"dlg-2","name":"Jean","turns":[["contact","Cinco"],["contact","Seis"]]}
)";

struct Played {
  ImportCounts counts{};
  events::Result<void> result{};
  std::string complaints{};
};

std::unique_ptr<Played> play(std::string_view text, const tools::MakeImportTarget& target,
                             tools::ImportOptions options = {}) {
  auto played = std::make_unique<Played>();
  std::istringstream lines{std::string(text)};
  std::ostringstream complaints;
  played->result = tools::play_dialogues(lines, target, options, played->counts, complaints);
  played->complaints = complaints.str();
  return played;
}

class Import : public ServiceTest {
 protected:
  tools::MakeImportTarget into_folder() {
    return value_of(tools::import_into_service(*service_, "ventas", "ana"));
  }
  tools::MakeImportTarget through_server(const std::string& url) {
    return value_of(tools::import_through_server({url, "ana", "demo"}, "ventas"));
  }

  // Events of contacts and conversations. Those of the queues follow by themselves, later.
  std::size_t events_of_people() {
    std::size_t count = 0;
    events::Position from(1);
    for (;;) {
      const auto page = value_of(service_->log().read_all(from, 1'000));
      if (page.empty()) return count;
      for (const auto& event : page) {
        const auto kind = event->header.stream.kind;
        count += kind == events::StreamKind::Conversation || kind == events::StreamKind::Contact;
      }
      from = page.back()->header.position.next();
    }
  }

  // The texts of every conversation of ventas, by its contact's name, oldest message first.
  std::map<std::string, std::vector<std::string>> transcripts(projections::Tab tab) {
    wait_for_views();
    const auto directory = service_->projector().directory();
    const auto viewer = events::Viewer::of(*directory->operator_by_username("sofia"));
    const auto inbox = service_->projector().read_inbox();
    const auto page =
        value_of(projections::list_conversations(*inbox, viewer, *directory, {.tab = tab}));
    const auto rows = service_->projector().read_transcript();
    std::map<std::string, std::vector<std::string>> all;
    for (const auto& item : page.items) {
      auto name = item.state.contact_name;
      if (name.starts_with("Visitante")) name = "Visitante";
      auto& texts = all[name];
      for (const auto& message : projections::messages_before(*rows, item.id, std::nullopt, 100)) {
        texts.insert(texts.begin(), message.text);
      }
    }
    return all;
  }
};

TEST_F(Import, PlaysEveryDialogueInItsOrderAndClosesIt) {
  const auto played = play(two_dialogues, into_folder());
  ASSERT_TRUE(played->result) << played->result.error().detail;
  EXPECT_EQ(played->counts.dialogues, 2U);
  EXPECT_EQ(played->counts.messages_written, 6U);
  const auto closed = transcripts(projections::Tab::Closed);
  ASSERT_EQ(closed.size(), 2U);
  EXPECT_THAT(closed.at("Visitante"), ElementsAre("Uno", "Dos", "Tres", "Cuatro"));
  EXPECT_THAT(closed.at("Jean"), ElementsAre("Cinco", "Seis"));
}

TEST_F(Import, LeavesConversationsOpenWhenAsked) {
  ASSERT_TRUE(play(two_dialogues, into_folder(), {.close = false})->result);
  EXPECT_EQ(transcripts(projections::Tab::Attending).size(), 1U) << "dlg-1 was answered";
  EXPECT_EQ(transcripts(projections::Tab::Waiting).size(), 1U) << "dlg-2 was not";
}

TEST_F(Import, AddsNothingTheSecondTime) {
  ASSERT_TRUE(play(two_dialogues, into_folder())->result);
  const auto before = events_of_people();
  reopen();
  const auto again = play(two_dialogues, into_folder());
  ASSERT_TRUE(again->result) << again->result.error().detail;
  EXPECT_EQ(again->counts.lines_refused, 0U) << again->complaints;
  EXPECT_EQ(again->counts.messages_there, 6U);
  EXPECT_EQ(again->counts.messages_written, 0U);
  EXPECT_EQ(events_of_people(), before);
}

TEST_F(Import, AddsNothingThroughAServerToWhatTheFolderHas) {
  ASSERT_TRUE(play(two_dialogues, into_folder())->result);
  const auto url = serve();
  const auto before = events_of_people();
  const auto again = play(two_dialogues, through_server(url));
  ASSERT_TRUE(again->result) << again->result.error().detail;
  EXPECT_EQ(again->counts.lines_refused, 0U) << again->complaints;
  EXPECT_EQ(again->counts.messages_there, 6U);
  EXPECT_EQ(events_of_people(), before);
}

TEST_F(Import, AddsNothingToTheFolderThatAServerImportedInto) {
  const auto played = play(two_dialogues, through_server(serve()));
  ASSERT_TRUE(played->result) << played->result.error().detail;
  EXPECT_EQ(played->counts.messages_written, 6U) << played->complaints;
  const auto before = events_of_people();
  reopen();
  const auto again = play(two_dialogues, into_folder());
  ASSERT_TRUE(again->result) << again->result.error().detail;
  EXPECT_EQ(again->counts.messages_there, 6U) << again->complaints;
  EXPECT_EQ(events_of_people(), before);
}

TEST_F(Import, TellsBadLinesByTheirNumberAndWritesNothingOfThem) {
  const auto before = events_of_people();
  const auto played = play(
      "hola\n\n{\"id\":\"a\",\"turns\":[[\"contact\",\"x\"],[\"bot\",\"y\"]]}\n", into_folder());
  ASSERT_TRUE(played->result);
  EXPECT_EQ(played->counts.lines_bad, 2U);
  EXPECT_THAT(played->complaints, HasSubstr("line 1: bad: it is no JSON"));
  EXPECT_THAT(played->complaints, HasSubstr("line 3: bad: turn 2"));
  EXPECT_EQ(events_of_people(), before);
}

TEST_F(Import, TakesAnIdOnceAFile) {
  const auto played = play(
      "{\"id\":\"a\",\"turns\":[[\"contact\",\"x\"]]}\n"
      "{\"id\":\"a\",\"turns\":[[\"contact\",\"y\"]]}",
      into_folder());
  ASSERT_TRUE(played->result);
  EXPECT_EQ(played->counts.dialogues, 1U);
  EXPECT_EQ(played->complaints, "line 2: bad: an earlier line has the same \"id\"\n");
}

TEST_F(Import, RefusesALineWhoseWordsHaveChangedSince) {
  ASSERT_TRUE(play("{\"id\":\"a\",\"turns\":[[\"contact\",\"x\"]]}", into_folder())->result);
  const auto changed = play("{\"id\":\"a\",\"turns\":[[\"contact\",\"z\"]]}", into_folder());
  ASSERT_TRUE(changed->result);
  EXPECT_EQ(changed->counts.lines_refused, 1U);
  EXPECT_THAT(changed->complaints, HasSubstr("line 1: refused: "));
}

TEST_F(Import, RefusesAnOperatorWhoDoesNotAnswerThere) {
  for (const auto* const username : {"carla", "aldo", "admin", "nadie"}) {
    EXPECT_FALSE(tools::import_into_service(*service_, "ventas", username)) << username;
  }
  EXPECT_FALSE(tools::import_into_service(*service_, "compras", "ana"));
  const auto url = serve();
  EXPECT_FALSE(tools::import_through_server({url, "carla", "demo"}, "ventas"));
  const auto wrong = tools::import_through_server({url, "ana", "otra"}, "ventas");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, events::ErrorCode::BadCredentials);
}

// A target whose every step fails a few times first, in ways that pass.
class FlakyTarget final : public tools::ImportTarget {
 public:
  struct Shared {
    std::mutex mutex;
    std::map<std::string, int> tries;  // by key
    std::vector<std::string> done;     // keys, in order
    events::ErrorCode failure = events::ErrorCode::Unavailable;
    int failures = 0;
  };
  explicit FlakyTarget(Shared& shared) : shared_(shared) {}

  events::Result<tools::ImportStep> register_contact(const std::string& /*name*/,
                                                     const std::string& key) override {
    return step(key);
  }
  events::Result<tools::ImportStep> write_as_contact(const std::string& /*contact*/,
                                                     const std::string& /*text*/,
                                                     const std::string& key) override {
    return step(key);
  }
  events::Result<tools::ImportStep> reply(const std::string& /*conversation_id*/,
                                          const std::string& /*text*/,
                                          const std::string& key) override {
    return step(key);
  }
  events::Result<tools::ImportStep> close(const std::string& /*conversation_id*/,
                                          const std::string& key) override {
    return step(key);
  }

 private:
  events::Result<tools::ImportStep> step(const std::string& key) {
    const std::scoped_lock lock(shared_.mutex);
    if (shared_.tries[key]++ < shared_.failures) {
      return events::error(shared_.failure, "later");
    }
    shared_.done.push_back(key);
    return tools::ImportStep{"someone", false};
  }

  Shared& shared_;
};

tools::MakeImportTarget flaky(FlakyTarget::Shared& shared) {
  return [&shared]() -> events::Result<std::unique_ptr<tools::ImportTarget>> {
    return std::unique_ptr<tools::ImportTarget>(std::make_unique<FlakyTarget>(shared));
  };
}

TEST(ImportRun, RepeatsAStepWithTheSameKeyUntilItGoesThrough) {
  FlakyTarget::Shared shared;
  shared.failures = 1;
  const auto played =
      play("{\"id\":\"a\",\"turns\":[[\"contact\",\"x\"],[\"operator\",\"y\"]]}", flaky(shared));
  ASSERT_TRUE(played->result) << played->result.error().detail;
  tools::Dialogue a;
  a.id = "a";
  EXPECT_THAT(shared.done, ElementsAre(a.key("register"), a.key("0"), a.key("1"), a.key("close")));
  for (const auto& [key, tries] : shared.tries) EXPECT_EQ(tries, 2) << key;
}

TEST(ImportRun, EndsWhenAStepDoesNotGoThroughInTime) {
  FlakyTarget::Shared shared;
  shared.failures = 1'000'000;
  const auto played =
      play(two_dialogues, flaky(shared), {.retry_max = std::chrono::milliseconds(1)});
  ASSERT_FALSE(played->result);
  EXPECT_EQ(played->result.error().code, events::ErrorCode::Unavailable);
  EXPECT_EQ(played->counts.dialogues, 0U);
}

TEST(ImportRun, EndsAtOnceWhenTheDiskIsFull) {
  FlakyTarget::Shared shared;
  shared.failures = 1;
  shared.failure = events::ErrorCode::StorageFull;
  const auto played = play(two_dialogues, flaky(shared));
  ASSERT_FALSE(played->result);
  EXPECT_EQ(played->result.error().code, events::ErrorCode::StorageFull);
}

TEST(ImportRun, KeepsNoMoreOfALineThanItsBound) {
  FlakyTarget::Shared shared;
  std::string text(events::limits::import_line_bytes_max + 10, 'x');
  text += "\n{\"id\":\"a\",\"turns\":[[\"contact\",\"x\"]]}\r\n";
  const auto played = play(text, flaky(shared));
  ASSERT_TRUE(played->result);
  EXPECT_THAT(played->complaints, HasSubstr("line 1: bad: it is longer than"));
  EXPECT_EQ(played->counts.dialogues, 1U);
}

}  // namespace
}  // namespace bitacora::tools_test
