#include "http/file_names.h"

#include <gtest/gtest.h>

#include "events/limits.h"
#include "events/text.h"

namespace bitacora::http {
namespace {

namespace limits = events::limits;

TEST(FileNames, AreKeptAsPeopleWroteThemWithoutWhatCouldDoHarm) {
  struct Case {
    std::string written;
    std::string kept;
  };
  const std::vector<Case> cases{
      {"Núñez 📎.pdf", "Núñez 📎.pdf"},
      {"👩‍👩‍👧 «familia».jpg", "👩‍👩‍👧 «familia».jpg"},
      {"../../etc/passwd.pdf", ".._.._etc_passwd.pdf"},
      {"C:\\Users\\Ana\\carta.doc", "C:_Users_Ana_carta.doc"},
      {std::string("carta\0.pdf", 10), "carta.pdf"},
      {"uno\r\ndos\ttres.pdf", "uno  dos tres.pdf"},
      {"una\xe2\x80\xa8línea.pdf", "una línea.pdf"},
      {"\"comillas\" 'y' <más>.pdf", "\"comillas\" 'y' <más>.pdf"},
      {"foto\xe2\x80\xae gpj.exe", "foto gpj.exe"},
      {"foto\xe2\x81\xa6gpj\xe2\x81\xa9.exe", "fotogpj.exe"},
      {"\x7f\xc2\x9b[31mrojo.png", "[31mrojo.png"},
      {"  carta.pdf  ", "carta.pdf"},
      {" \r\n ", ""},
  };
  for (const Case& tried : cases) {
    EXPECT_EQ(harmless_name(tried.written), tried.kept) << tried.written;
    EXPECT_EQ(harmless_name(tried.kept), tried.kept) << "a harmless name stays";
  }
}

TEST(FileNames, AreCutBeforeTheirExtension) {
  std::string letters;
  for (int i = 0; i < 300; ++i) letters += "ñ";
  const std::string kept = harmless_name(letters + ".pdf");
  EXPECT_EQ(events::code_points(kept), limits::file_name_code_points_max);
  EXPECT_TRUE(events::is_utf8(kept));
  EXPECT_TRUE(kept.ends_with("ñ.pdf")) << kept;
  EXPECT_EQ(events::code_points(harmless_name(letters)), limits::file_name_code_points_max);
}

TEST(FileNames, HaveAnExtension) {
  const std::vector<std::pair<std::string, std::string>> cases{{"carta.pdf", "pdf"},
                                                               {"CARTA.PDF", "pdf"},
                                                               {"carta.pdf.exe", "exe"},
                                                               {"carta", ""},
                                                               {"carta.", ""},
                                                               {"carta.pdf ", ""},
                                                               {".png", "png"},
                                                               {"a.ñ", ""},
                                                               {"", ""},
                                                               {"a.abcdefghijklmnopq", ""}};
  for (const auto& [name, extension] : cases) EXPECT_EQ(extension_of(name), extension) << name;
}

TEST(FileNames, AreSentSoThatNothingBreaksOutOfTheHeader) {
  struct Case {
    std::string name;
    bool is_inline;
    std::string header;
  };
  const std::vector<Case> cases{
      {"carta.pdf", true, "inline; filename=\"carta.pdf\"; filename*=UTF-8''carta.pdf"},
      {"Núñez 📎.pdf", false,
       "attachment; filename=\"N__ez _.pdf\"; "
       "filename*=UTF-8''N%C3%BA%C3%B1ez%20%F0%9F%93%8E.pdf"},
      {"a\"; filename=\"b.exe", false,
       "attachment; filename=\"a_; filename=_b.exe\"; "
       "filename*=UTF-8''a%22%3B%20filename%3D%22b.exe"},
      {"50% de 'todo'.xls", false,
       "attachment; filename=\"50_ de 'todo'.xls\"; "
       "filename*=UTF-8''50%25%20de%20%27todo%27.xls"},
  };
  for (const Case& tried : cases) {
    EXPECT_EQ(content_disposition(tried.name, tried.is_inline), tried.header);
  }
}

}  // namespace
}  // namespace bitacora::http
