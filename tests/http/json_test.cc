#include "http/json.h"

#include <gtest/gtest.h>

#include <string>

#include "events/limits.h"

namespace bitacora::http {
namespace {

using events::ErrorCode;

ErrorCode code_of(const JsonReader& reader) {
  const auto finished = reader.finish();
  return finished ? static_cast<ErrorCode>(events::error_code_count) : finished.error().code;
}

TEST(JsonReader, GivesTheMembersAskedFor) {
  JsonReader body(R"({"text":"¡hola!","count":7,"flag":true,"list":["a","b"],
                      "id":"01890a5d-ac96-774b-bcce-b302099a8057","inner":{"x":"y"}})");
  EXPECT_EQ(body.text("text", {.max = 6}), "¡hola!");
  EXPECT_EQ(body.count("count", 10), 7U);
  EXPECT_TRUE(body.flag("flag"));
  EXPECT_EQ(body.texts("list", {.max = 1}, 2), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(body.id<events::OperatorId>("id").to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
  JsonReader inner = body.object("inner");
  EXPECT_EQ(inner.text("x", {}), "y");
  EXPECT_TRUE(body.finish());
}

TEST(JsonReader, TakesAMissingMemberAndNullAlikeWhereItIsOptional) {
  JsonReader body(R"({"note":null})");
  EXPECT_EQ(body.optional_text("note", {}), std::nullopt);
  EXPECT_EQ(body.optional_count("limit", 5), std::nullopt);
  EXPECT_EQ(body.optional_flag("flag"), std::nullopt);
  EXPECT_EQ(body.optional_id<events::OperatorId>("id"), std::nullopt);
  EXPECT_FALSE(body.has("note"));
  EXPECT_TRUE(body.finish());
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  const std::string deep = std::string(events::limits::json_depth_max + 1, '[') +
                           std::string(events::limits::json_depth_max + 1, ']');
  const std::string very_deep(30'000, '[');
  const std::vector<std::string> cases{"",
                                       " ",
                                       "{",
                                       R"({"text":"cut)",
                                       R"({"text":"cut"} {"more":1})",
                                       "{\"text\":\"\xff\xfe\"}",
                                       "{\"text\":\"\xc3\"}",
                                       R"({"text":"\ud800"})",
                                       R"({"text":"a)"
                                       "\n"
                                       R"("})",
                                       R"({'text':'a'})",
                                       R"({"text":01})",
                                       R"({"text":"a",})",
                                       R"({"text":NaN})",
                                       R"({"a":)" + deep + "}",
                                       R"({"a":)" + very_deep};
  for (const std::string& text : cases) {
    JsonReader body(text);
    EXPECT_EQ(body.text("text", {}), "") << text.substr(0, 80);
    EXPECT_EQ(code_of(body), ErrorCode::MalformedJson) << text.substr(0, 80);
  }
}

TEST(JsonReader, ReadsAsDeepAsItsBound) {
  std::string nested = "1";
  for (std::size_t depth = 1; depth < events::limits::json_depth_max; ++depth) {
    nested = "[" + nested + "]";
  }
  JsonReader body(R"({"a":)" + nested + "}");
  EXPECT_TRUE(body.has("a")) << body.finish().error().detail;
  EXPECT_EQ(code_of(body), ErrorCode::UnknownMember);
}

TEST(JsonReader, NamesAnUnknownMemberBeforeAnythingThatIsInvalid) {
  JsonReader body(R"({"txet":"hi"})");
  EXPECT_EQ(body.text("text", {}), "");
  const auto finished = body.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::UnknownMember);
  EXPECT_EQ(finished.error().detail, "The member \"txet\" is not known here.");
}

TEST(JsonReader, NamesAnUnknownMemberOfAnInnerObject) {
  JsonReader body(R"({"body":{"kind":"text","more":1}})");
  JsonReader inner = body.object("body");
  EXPECT_EQ(inner.text("kind", {}), "text");
  const auto finished = body.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().detail, "The member \"body.more\" is not known here.");
}

TEST(JsonReader, DoesNotRepeatALongNameOfAClient) {
  JsonReader body("{\"" + std::string(5000, 'n') + "\":1}");
  const auto finished = body.finish();
  ASSERT_FALSE(finished);
  EXPECT_LT(finished.error().detail.size(), 200U);
}

TEST(JsonReader, NamesWhatIsInvalid) {
  struct Case {
    std::string json;
    std::string detail;
  };
  const std::vector<Case> cases{
      {R"({})", "The member \"text\" is missing."},
      {R"({"text":null})", "The member \"text\" must not be null."},
      {R"({"text":1})", "The member \"text\" must be a text."},
      {R"({"text":["a"]})", "The member \"text\" must be a text."},
      {R"({"text":""})", "The member \"text\" must not be empty."},
      {R"({"text":"ññññ"})", "The member \"text\" is longer than 3 characters."},
      {R"({"text":"a\u0000b"})", "The member \"text\" must not have the character U+0000."},
      {R"({"text":"a","text":"b"})", "The member \"text\" is there twice."},
      {R"(["text"])", "The body has to be a JSON object."},
      {R"("text")", "The body has to be a JSON object."},
  };
  for (const Case& tried : cases) {
    JsonReader body(tried.json);
    static_cast<void>(body.text("text", {.max = 3}));
    const auto finished = body.finish();
    ASSERT_FALSE(finished) << tried.json;
    EXPECT_EQ(finished.error().code, ErrorCode::Invalid) << tried.json;
    EXPECT_EQ(finished.error().detail, tried.detail) << tried.json;
  }
}

TEST(JsonReader, RefusesNumbersOutOfBounds) {
  for (const char* number : {"11", "-1", "1.5", "1e3", "\"1\"", "true"}) {
    JsonReader body(std::string("{\"n\":") + number + "}");
    static_cast<void>(body.count("n", 10));
    EXPECT_EQ(code_of(body), ErrorCode::Invalid) << number;
  }
}

TEST(JsonReader, RefusesIdsOfAnotherShape) {
  for (const char* id : {"", "7", "01890A5D-AC96-774B-BCCE-B302099A8057",
                         "01890a5dac96774bbcceb302099a8057", "01890a5d-ac96-774b-bcce-b302099a805",
                         "{01890a5d-ac96-774b-bcce-b302099a8057}", "../../etc/passwd"}) {
    JsonReader body(std::string("{\"id\":\"") + id + "\"}");
    EXPECT_TRUE(body.id<events::ConversationId>("id").is_nil()) << id;
    EXPECT_EQ(code_of(body), ErrorCode::Invalid) << id;
  }
}

TEST(JsonReader, RefusesAListThatIsTooLongOrOfOtherThings) {
  for (const char* list : {R"(["a","b","c"])", R"([1])", R"({"a":1})", R"(["long text"])"}) {
    JsonReader body(std::string("{\"list\":") + list + "}");
    static_cast<void>(body.texts("list", {.max = 4}, 2));
    EXPECT_EQ(code_of(body), ErrorCode::Invalid) << list;
  }
}

TEST(JsonReader, TellsACaptionThatIsTooLongByItsOwnName) {
  JsonReader body(R"({"caption":"1234"})");
  static_cast<void>(body.text("caption", {.max = 3, .too_long = ErrorCode::CaptionTooLong}));
  EXPECT_EQ(code_of(body), ErrorCode::CaptionTooLong);
}

TEST(JsonReader, BoundsTheMembersOfAnObject) {
  std::string json = "{\"m\":1";
  for (int i = 0; i < 10'000; ++i) {
    json += ",\"m" + std::to_string(i) + "\":1";
  }
  JsonReader body(json + "}");
  static_cast<void>(body.count("m", 1));
  EXPECT_EQ(code_of(body), ErrorCode::UnknownMember);
}

TEST(JsonReader, KeepsWhatItReadWhileAnotherOneReads) {
  JsonReader first(R"({"text":"first"})");
  JsonReader second(R"({"text":"second"})");
  EXPECT_EQ(first.text("text", {}), "first");
  EXPECT_EQ(second.text("text", {}), "second");
  EXPECT_TRUE(first.finish());
  EXPECT_TRUE(second.finish());
}

TEST(JsonReader, TellsWhatAHandlerRefuses) {
  JsonReader body(R"({"kind":"smoke"})");
  static_cast<void>(body.text("kind", {}));
  body.refuse("kind", "is no kind of message");
  const auto finished = body.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().detail, "The member \"kind\" is no kind of message.");
}

TEST(JsonReader, AllowsOtherMembersWhereItIsToldTo) {
  JsonReader whole(R"({"body":{"kind":"smoke","more":1},"other":2})");
  JsonReader body = whole.object("body");
  static_cast<void>(body.text("kind", {}));
  body.allow_others();
  EXPECT_EQ(whole.finish().error().detail, "The member \"other\" is not known here.");
  whole.allow_others();
  EXPECT_TRUE(whole.finish());
}

}  // namespace
}  // namespace bitacora::http
