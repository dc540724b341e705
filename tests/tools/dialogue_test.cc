#include "tools/dialogue.h"

#include <gtest/gtest.h>

#include <string>

#include "events/limits.h"

namespace bitacora::tools_test {
namespace {

using tools::parse_dialogue;

TEST(Dialogue, IsReadWithItsTurnsInOrder) {
  const auto dialogue = parse_dialogue(
      R"({"id":"dlg-1","turns":[["contact","¿Hola?"],["operator","Sí 👍🏽"]]})");
  ASSERT_TRUE(dialogue) << dialogue.error().detail;
  EXPECT_EQ(dialogue->id, "dlg-1");
  EXPECT_EQ(dialogue->name, "");
  ASSERT_EQ(dialogue->turns.size(), 2U);
  EXPECT_EQ(dialogue->turns[0], (tools::Turn{tools::Speaker::Contact, "¿Hola?"}));
  EXPECT_EQ(dialogue->turns[1], (tools::Turn{tools::Speaker::Operator, "Sí 👍🏽"}));
}

TEST(Dialogue, IsRefusedWithWhatIsWrong) {
  const std::string long_text(events::limits::message_code_points_max + 1, 'a');
  const std::string long_id(events::limits::import_id_bytes_max + 1, 'a');
  const struct {
    std::string line;
    std::string what;
  } cases[] = {
      {"hola", "it is no JSON"},
      {"[]", "it is no JSON object"},
      {R"({"id":"a","turns":[["contact","x"]])", "it is no JSON"},
      {"{\"id\":\"a\",\"turns\":[[\"contact\",\"\xff\"]]}", "it is no JSON"},
      {R"({"turns":[["contact","x"]]})", "it has no \"id\""},
      {R"({"id":1,"turns":[["contact","x"]]})", "\"id\" is not a text"},
      {R"({"id":")" + long_id + R"(","turns":[["contact","x"]]})", "its \"id\" is longer"},
      {R"({"id":"a"})", "it has no \"turns\""},
      {R"({"id":"a","turns":[]})", "there are no turns"},
      {R"({"id":"a","turns":"x"})", "\"turns\" is not an array"},
      {R"({"id":"a","turns":[["operator","x"]]})", "the first turn is not the contact's"},
      {R"({"id":"a","turns":[["contact","x"],["bot","y"]]})", "turn 2 is by neither"},
      {R"({"id":"a","turns":[["contact"]]})", "turn 1 is not a pair"},
      {R"({"id":"a","turns":[["contact",7]]})", "turn 1 is not a pair"},
      {R"({"id":"a","turns":[["contact",""]]})", "turn 1 is empty"},
      {R"({"id":"a","turns":[["contact","a\u0000b"]]})", "turn 1 has a NUL"},
      {R"({"id":"a","turns":[["contact",")" + long_text + R"("]]})", "turn 1 is longer"},
      {R"({"id":"a","turns":[["contact","x"]],"lang":"es"})", "an unknown member \"lang\""},
  };
  for (const auto& [line, what] : cases) {
    const auto dialogue = parse_dialogue(line);
    ASSERT_FALSE(dialogue) << line;
    EXPECT_EQ(dialogue.error().code, events::ErrorCode::Invalid) << line;
    EXPECT_NE(dialogue.error().detail.find(what), std::string::npos) << line << "\n"
                                                                     << dialogue.error().detail;
  }
}

TEST(Dialogue, HasKeysThatFollowFromItsIdAndFitTheirBound) {
  tools::Dialogue one;
  one.id = std::string(events::limits::import_id_bytes_max, ' ');
  tools::Dialogue other;
  other.id = "dlg-2";
  EXPECT_EQ(one.key("0"), tools::Dialogue(one).key("0"));
  EXPECT_NE(one.key("0"), one.key("1"));
  EXPECT_NE(one.key("0"), other.key("0"));
  for (const auto byte : one.key("register")) EXPECT_TRUE(byte > 0x20 && byte < 0x7f);
  EXPECT_LE(one.key("4294967295").size(), events::limits::idempotency_key_bytes_max);
}

}  // namespace
}  // namespace bitacora::tools_test
