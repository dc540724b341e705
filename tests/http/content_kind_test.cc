#include "http/content_kind.h"

#include <gtest/gtest.h>

#include <fstream>

#include "http/attachment_rules.h"
#include "http/compound_file.h"
#include "tests/events/temporary_folder.h"
#include "tests/http/sample_files.h"

namespace bitacora::http {
namespace {

constexpr std::string_view docx_mime =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
constexpr std::string_view xlsx_mime =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

class ContentKindTest : public testing::Test {
 protected:
  std::filesystem::path file_with(const std::string& bytes) {
    const auto path = folder_.path() / "file";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::string kind_of(const std::string& bytes) { return content_kind(file_with(bytes)).value(); }

  events::TemporaryFolder folder_;
};

TEST_F(ContentKindTest, IsToldByTheBytes) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {sample_pdf(300), "application/pdf"},
      {sample_jpeg(), "image/jpeg"},
      {sample_png(), "image/png"},
      {sample_webm(), "video/webm"},
      {"\xff\xfb\x90\x64" + std::string(413, '\0') + "\xff\xfb\x90\x64" + std::string(413, '\0'),
       "audio/mpeg"},
      {std::string("OggS\x00\x02", 6) + std::string(20, '\0') + "\x01\x13OpusHead\x01\x02",
       "audio/ogg"},
      {std::string("\x00\x00\x00\x18"
                   "ftypisom\x00\x00\x02\x00isomiso2",
                   24),
       "video/mp4"},
      {"<!doctype html><html><script>alert(1)</script></html>", "text/html"},
      {"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "image/svg+xml"},
      {sample_zip({{"a.txt", "a"}}), "application/zip"},
      {std::string("\x7f"
                   "ELF\x02\x01",
                   6) +
           std::string(60, '\0'),
       "application/x-executable"},
      {"", "application/x-empty"},
  };
  for (const auto& [bytes, kind] : cases) EXPECT_EQ(kind_of(bytes), kind) << bytes.substr(0, 60);
}

TEST_F(ContentKindTest, OfSoundIsToldBehindItsTag) {
  const std::string frame = "\xff\xfb\x90\x64" + std::string(413, '\0');
  // A picture of the cover is often larger than what is looked at.
  for (const unsigned length : {10U, 3'000U, 400'000U}) {
    std::string tag = std::string("ID3\x04\0\0", 6);
    for (const int shift : {21, 14, 7, 0}) tag += static_cast<char>(length >> shift & 0x7f);
    tag += std::string(length, '\0');
    EXPECT_EQ(kind_of(tag + frame + frame), "audio/mpeg") << length;
    EXPECT_EQ(kind_of(tag + "<!doctype html><html></html>"), "text/html") << length;
    EXPECT_EQ(kind_of(tag), "application/x-empty") << length;
  }
}

TEST_F(ContentKindTest, OfNewOfficeDocumentsIsToldByALookInside) {
  EXPECT_EQ(kind_of(sample_docx()), docx_mime);
  EXPECT_EQ(kind_of(sample_xlsx()), xlsx_mime);
  const std::string word_type = std::string(docx_mime) + ".main+xml";
  EXPECT_EQ(kind_of(sample_package(word_type, "xl/")), "application/zip") << "no part of its kind";
  EXPECT_EQ(
      kind_of(sample_package("application/vnd.ms-word.document.macroEnabled.main+xml", "word/")),
      "application/zip");
  EXPECT_EQ(kind_of(sample_zip({{"word/document.xml", "<x/>"}})), "application/zip");
  const std::string twice = sample_zip({{"[Content_Types].xml", word_type},
                                        {"word/document.xml", "<x/>"},
                                        {"[Content_Types].xml", word_type}});
  EXPECT_EQ(kind_of(twice), "application/zip") << "which a document never has twice";
  const std::string whole = sample_docx();
  for (const std::size_t kept : {whole.size() / 4, whole.size() / 2, whole.size() - 30}) {
    EXPECT_NE(kind_of(whole.substr(0, kept)), docx_mime) << kept;
  }
}

TEST_F(ContentKindTest, OfOldOfficeDocumentsIsToldByTheirStreams) {
  EXPECT_EQ(kind_of(sample_compound({"WordDocument", "1Table"})), "application/msword");
  EXPECT_EQ(kind_of(sample_compound({"Summary", "Workbook"})), "application/vnd.ms-excel");
  EXPECT_EQ(kind_of(sample_compound({"Book"})), "application/vnd.ms-excel");
  for (const auto& streams : {std::vector<std::string>{"PowerPoint Document"}, {}}) {
    const std::string kind = kind_of(sample_compound(streams));
    EXPECT_NE(kind, "application/msword");
    EXPECT_NE(kind, "application/vnd.ms-excel");
  }
}

TEST_F(ContentKindTest, ACompoundFileThatPointsInCirclesComesToAnEnd) {
  std::string ring = sample_compound({"One", "Two"});
  // The second entry's right is the first one, and the directory's chain goes back to its begin.
  ring.replace(2 * 512 + 2 * 128 + 72, 4, std::string("\x01\x00\x00\x00", 4));
  ring.replace(512 + 4, 4, std::string("\x01\x00\x00\x00", 4));
  EXPECT_EQ(top_streams(file_with(ring)).value().size(), 2U);
  // Sectors that are not there, sizes that may not be.
  std::string beyond = sample_compound({"WordDocument"});
  beyond.replace(48, 4, "\x00\x00\x00\x70");
  EXPECT_TRUE(top_streams(file_with(beyond)).value().empty());
  std::string odd = sample_compound({"WordDocument"});
  odd[30] = 40;
  EXPECT_TRUE(top_streams(file_with(odd)).value().empty());
  EXPECT_TRUE(top_streams(file_with(odd.substr(0, 100))).value().empty());
}

TEST(AttachmentRules, KnowAFormatByItsExtension) {
  const AttachmentRules rules({.picture_bytes_max = 10, .voice_bytes_max = 30});
  struct Case {
    std::string name;
    std::string filetype;
    std::string mime;
    bool voice;
  };
  const std::vector<Case> cases{
      {"carta.PDF", "", "application/pdf", false},
      {"foto.jpeg", "image/png", "image/jpeg", false},
      {"hoja.xlsx", "", std::string(xlsx_mime), false},
      {"nota.webm", "audio/webm;codecs=opus", "audio/webm", true},
      {"nota.ogg", "", "audio/ogg", true},
      {"nota.m4a", "", "audio/mp4", true},
      {"nota", "audio/mp4", "audio/mp4", true},
  };
  for (const Case& tried : cases) {
    const auto claimed = rules.claim(tried.name, tried.filetype, 5);
    ASSERT_TRUE(claimed) << tried.name;
    EXPECT_EQ(claimed->mime, tried.mime) << tried.name;
    EXPECT_EQ(claimed->voice, tried.voice) << tried.name;
  }
  for (const auto& [name, filetype] : std::vector<std::pair<std::string, std::string>>{
           {"programa.exe", "audio/webm"}, {"página.html", ""}, {"carta", ""}, {"a.pdf.exe", ""}}) {
    const auto refused = rules.claim(name, filetype, 5);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, events::ErrorCode::NotAccepted) << name;
  }
}

TEST(AttachmentRules, HoldEachFormatToItsSize) {
  const AttachmentRules rules({.picture_bytes_max = 10, .voice_bytes_max = 30});
  EXPECT_TRUE(rules.claim("foto.png", "", 10));
  const auto large = rules.claim("foto.png", "", 11);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, events::ErrorCode::PayloadTooLarge);
  EXPECT_EQ(large.error().size_bytes_max, 10U);
  EXPECT_EQ(rules.claim("nota.webm", "", 31).error().size_bytes_max, 30U);
  EXPECT_EQ(rules.claim("carta.pdf", "", 0).error().found, "application/x-empty");
  EXPECT_EQ(rules.size_bytes_max(), AttachmentSizes{}.document_bytes_max);
}

TEST(AttachmentRules, TakeAContainerThatIsNamedForVideoForARecordingAlone) {
  EXPECT_TRUE(is_as_claimed("video/webm", {"audio/webm", 1, true}));
  EXPECT_FALSE(is_as_claimed("video/webm", {"audio/ogg", 1, true}));
  for (const char* const found : {"video/mp4", "audio/mp4", "audio/x-m4a", "video/x-m4v"}) {
    EXPECT_TRUE(is_as_claimed(found, {"audio/mp4", 1, true})) << found;
    EXPECT_FALSE(is_as_claimed(found, {"audio/webm", 1, true})) << found;
  }
  EXPECT_FALSE(is_as_claimed("image/png", {"image/jpeg", 1, false}));
}

}  // namespace
}  // namespace bitacora::http
