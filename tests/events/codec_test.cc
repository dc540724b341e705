#include "events/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/events/sample_events.h"

namespace bitacora::events {
namespace {

using testing::HasSubstr;

EventHeader sample_header() {
  EventHeader header;
  header.position = Position(42);
  header.stream = StreamId::of(sample_id<ConversationId>(1));
  header.version = Version(7);
  header.id = sample_id<EventId>(8);
  header.type = "MessageSent";
  header.schema = 2;
  header.at = sample_time();
  header.who = Who::of(sample_id<OperatorId>(3));
  header.body_sha256 = sha256("{}");
  return header;
}

TEST(EventCodec, GivesBackEveryEvent) {
  for (const SampleEvent& sample : sample_events()) {
    const EncodedEvent encoded = encode(sample.event);
    SCOPED_TRACE(encoded.body);
    EXPECT_EQ(encoded.type, sample.type);
    const auto decoded = decode(encoded.type, encoded.schema, encoded.body);
    ASSERT_TRUE(decoded) << decoded.error().detail;
    EXPECT_EQ(*decoded, sample.event);
  }
}

TEST(EventCodec, HasASampleOfEveryType) {
  std::set<std::pair<std::size_t, std::size_t>> seen;
  for (const SampleEvent& sample : sample_events()) {
    std::visit([&](const auto& family) { seen.emplace(sample.event.index(), family.index()); },
               sample.event);
  }
  EXPECT_EQ(seen.size(),
            std::variant_size_v<ConversationEvent> + std::variant_size_v<ContactEvent> +
                std::variant_size_v<DepartmentQueueEvent> + std::variant_size_v<DirectoryEvent> +
                std::variant_size_v<AttachmentEvent>);
}

TEST(EventCodec, WritesMembersInTheirOrderAndLeavesOutWhatIsUnset) {
  const auto ana = sample_id<OperatorId>(3);
  EXPECT_EQ(encode(ConversationEvent(MessageSent{ana, {"hola", {}}})).body,
            R"({"operator_id":"00000000-0000-7000-8000-000000000003","content":{"text":"hola"}})");
  EXPECT_EQ(encode(ConversationEvent(ConversationClosed{})).body, "{}");
}

TEST(EventCodec, RefusesABodyThatIsCutAnywhere) {
  for (const SampleEvent& sample : sample_events()) {
    const EncodedEvent encoded = encode(sample.event);
    for (std::size_t length = 0; length < encoded.body.size(); ++length) {
      const std::string cut = encoded.body.substr(0, length);
      const auto decoded = decode(encoded.type, encoded.schema, cut);
      ASSERT_FALSE(decoded) << encoded.type << ' ' << cut;
      EXPECT_EQ(decoded.error().code, ErrorCode::Corrupt);
    }
  }
}

TEST(EventCodec, RefusesABodyWithAMemberTooMany) {
  for (const SampleEvent& sample : sample_events()) {
    EncodedEvent encoded = encode(sample.event);
    const bool empty = encoded.body == "{}";
    encoded.body.insert(encoded.body.size() - 1, empty ? R"("more":1)" : R"(,"more":1)");
    const auto decoded = decode(encoded.type, encoded.schema, encoded.body);
    ASSERT_FALSE(decoded) << encoded.type << ' ' << encoded.body;
    EXPECT_EQ(decoded.error().code, ErrorCode::Corrupt);
  }
}

TEST(EventCodec, RefusesWhatIsNotOfTheTypesForm) {
  struct Case {
    std::string_view type;
    std::uint16_t schema;
    std::string_view body;
  };
  const std::string deep(10'000, '[');
  const Case cases[] = {
      {"Nothing", 1, "{}"},
      {"", 1, "{}"},
      {"ConversationClosed", 0, "{}"},
      {"ConversationClosed", 2, "{}"},
      {"MessageReceived", 4, R"({"content":{"text":"hola"}})"},
      {"MessageReceived", 3, R"({"content":{"text":"hola","voice":false}})"},
      {"MessageReceived", 3, R"({"content":{"text":"hola","voice":1}})"},
      {"MessageReceived", 3, R"({"content":{"text":"hola","attachment":{}}})"},
      {"MessageReceived", 2, R"({"content":{"text":"hola","voice":true}})"},
      {"QuickReplyRemoved", 2, "{}"},
      {"AttachmentExamined", 1,
       R"({"outcome":"pending","thumbnail":true,"waveform":[],"renditions":false,"reason":""})"},
      {"AttachmentExamined", 1,
       R"({"outcome":"done","thumbnail":true,"waveform":[256],"renditions":false,"reason":""})"},
      {"MessageReceived", 2, R"({"text":"hola"})"},
      {"MessageReceived", 1, R"({"content":{"text":"hola"}})"},
      {"MessageReceived", 2, R"({"content":"hola"})"},
      {"MessageReceived", 2, R"({"content":{"text":7}})"},
      {"MessageReceived", 2, R"({"content":{"text":null}})"},
      {"MessageReceived", 2, "{\"content\":{\"text\":\"\xff\"}}"},
      {"MessageReceived", 2, R"({"content":{"text":"a","quick_reply_id":null}})"},
      {"MessageReceived", 2, R"({"content":{"text":"a","quick_reply_id":"b"}})"},
      {"MessageReceived", 2, R"({"content":{"text":"a"}} {})"},
      {"MessageReceived", 2, deep},
      {"ConversationClosed", 1, "null"},
      {"ConversationClosed", 1, "[]"},
      {"ConversationRead", 1,
       R"({"operator_id":"00000000-0000-7000-8000-000000000003","up_to":-1})"},
      {"ConversationRead", 1,
       R"({"operator_id":"00000000-0000-7000-8000-000000000003","up_to":1.5})"},
      {"ConversationRead", 1,
       R"({"up_to":1,"operator_id":"00000000-0000-7000-8000-000000000003"})"},
      {"OperatorDeactivated", 1, R"({"operator_id":"00000000-0000-7000-8000-00000000000G"})"},
      {"OperatorDeactivated", 1, R"({"operator_id":"00000000-0000-7000-8000-00000000000"})"},
      {"OperatorChanged", 1,
       R"({"operator_id":"00000000-0000-7000-8000-000000000003","name":"a","role":"king",)"
       R"("departments":[]})"},
      {"OperatorChanged", 1,
       R"({"operator_id":"00000000-0000-7000-8000-000000000003","name":"a","role":"admin",)"
       R"("departments":[7]})"},
      {"ConversationDequeued", 1,
       R"({"conversation_id":"00000000-0000-7000-8000-000000000001","reason":"none",)"
       R"("waited_ms":0,"cause":1})"},
      {"ConversationEnqueued", 1,
       R"({"conversation_id":"00000000-0000-7000-8000-000000000001",)"
       R"("waiting_since":"2026-11-22 15:57:34.123Z","cause":1})"},
  };
  for (const Case& each : cases) {
    const auto decoded = decode(each.type, each.schema, each.body);
    ASSERT_FALSE(decoded) << each.type << ' ' << each.schema << ' ' << each.body.substr(0, 200);
    EXPECT_EQ(decoded.error().code, ErrorCode::Corrupt);
  }
}

TEST(EventCodec, SaysWhichMemberIsWrong) {
  const auto decoded = decode("MessageReceived", 2, R"({"contents":{"text":"hola"}})");
  ASSERT_FALSE(decoded);
  EXPECT_THAT(decoded.error().detail, HasSubstr("MessageReceived"));
  EXPECT_THAT(decoded.error().detail, HasSubstr("content"));
}

// tests/events/golden/<type>.<schema>.json holds one body of every schema that ever was, and never
// changes: what an old version wrote stays readable, and means what it meant.
std::string golden(const std::string& type, std::uint16_t schema) {
  const auto path = std::filesystem::path(BITACORA_TESTS_DIR) / "golden" /
                    (type + '.' + std::to_string(schema) + ".json");
  std::ifstream file(path);
  EXPECT_TRUE(file) << path << " is missing";
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

TEST(GoldenBodies, OfTheNewestSchemaAreWhatIsWrittenToday) {
  std::set<std::string> done;
  for (const SampleEvent& sample : sample_events()) {
    if (!done.insert(sample.type).second) continue;  // the first of each type is the golden one
    const EncodedEvent encoded = encode(sample.event);
    EXPECT_EQ(encoded.body, golden(sample.type, encoded.schema)) << sample.type;
  }
}

TEST(GoldenBodies, OfEverySchemaAreReadAsTheEventOfToday) {
  std::set<std::string> done;
  for (const SampleEvent& sample : sample_events()) {
    if (!done.insert(sample.type).second) continue;
    for (std::uint16_t schema = 1; schema <= encode(sample.event).schema; ++schema) {
      const auto decoded = decode(sample.type, schema, golden(sample.type, schema));
      ASSERT_TRUE(decoded) << decoded.error().detail;
      EXPECT_EQ(*decoded, sample.event) << sample.type << ' ' << schema;
    }
  }
}

TEST(GoldenBodies, AreAllOfKnownTypesAndSchemas) {
  std::size_t files = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(BITACORA_TESTS_DIR) / "golden")) {
    const std::string name = entry.path().stem().string();
    const std::string type = name.substr(0, name.find('.'));
    const auto schema = static_cast<std::uint16_t>(std::stoi(name.substr(name.find('.') + 1)));
    EXPECT_TRUE(decode(type, schema, golden(type, schema))) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 33u);
}

TEST(HeaderCodec, GivesBackEveryHeader) {
  EventHeader full = sample_header();
  full.command_id = "operator:x/\"key\"";
  full.causation = sample_id<EventId>(9);
  full.key_id = "k1";
  EventHeader largest = sample_header();
  largest.position = Position(~std::uint64_t{0});
  largest.schema = 65535;
  largest.who = Who::system();
  largest.stream = StreamId::directory();
  for (const EventHeader& header : {sample_header(), full, largest}) {
    const std::string json = encode_header(header);
    const auto decoded = decode_header(json);
    ASSERT_TRUE(decoded) << json << ' ' << decoded.error().detail;
    EXPECT_EQ(*decoded, header) << json;
    EXPECT_EQ(encode_header(*decoded), json);
  }
}

TEST(HeaderCodec, IsCanonical) {
  EventHeader header = sample_header();
  header.command_id = "c";
  header.causation = sample_id<EventId>(9);
  header.key_id = "k";
  EXPECT_EQ(encode_header(header),
            R"({"position":42,"stream":"conversation-00000000-0000-7000-8000-000000000001",)"
            R"("version":7,"id":"00000000-0000-7000-8000-000000000008","type":"MessageSent",)"
            R"("schema":2,"at":"2026-11-22T15:57:34.123Z",)"
            R"("who":"operator:00000000-0000-7000-8000-000000000003","command_id":"c",)"
            R"("causation":"00000000-0000-7000-8000-000000000009","key_id":"k","body_sha256":)"
            R"("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"})");
}

TEST(HeaderCodec, RefusesAHeaderThatIsCutAnywhere) {
  const std::string json = encode_header(sample_header());
  for (std::size_t length = 0; length < json.size(); ++length) {
    const auto decoded = decode_header(json.substr(0, length));
    ASSERT_FALSE(decoded) << json.substr(0, length);
    EXPECT_EQ(decoded.error().code, ErrorCode::Corrupt);
  }
}

TEST(HeaderCodec, RefusesAHashWithWhatIsNoDigit) {
  const std::string json = encode_header(sample_header());
  const std::size_t hash = json.find("body_sha256") + std::string_view("body_sha256\":\"").size();
  for (std::size_t place = hash; place < hash + 64; ++place) {
    for (int c = 0x20; c < 0x7f; ++c) {
      std::string changed = json;
      changed[place] = static_cast<char>(c);
      const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      EXPECT_EQ(decode_header(changed).has_value(), is_digit) << changed;
    }
  }
}

TEST(Sha256Hash, IsTheStandards) {
  // FIPS 180-4, the examples of one block and of the empty text.
  EventHeader header = sample_header();
  header.body_sha256 = sha256("abc");
  EXPECT_THAT(encode_header(header),
              HasSubstr("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  header.body_sha256 = sha256("");
  EXPECT_THAT(encode_header(header),
              HasSubstr("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

}  // namespace
}  // namespace bitacora::events
