#include "tests/http/sample_files.h"

#include <minizip/zip.h>

#include <fstream>
#include <iterator>

#include "tests/events/temporary_folder.h"

namespace bitacora::http {

namespace {

constexpr std::string_view word_type =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
constexpr std::string_view sheet_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

constexpr std::size_t sector_bytes = 512;

void put16(std::string& bytes, std::size_t at, unsigned value) {
  bytes[at] = static_cast<char>(value & 0xff);
  bytes[at + 1] = static_cast<char>(value >> 8 & 0xff);
}

void put32(std::string& bytes, std::size_t at, std::uint32_t value) {
  put16(bytes, at, value & 0xffff);
  put16(bytes, at + 2, value >> 16);
}

std::string directory_entry(const std::string& name, char type, std::uint32_t right,
                            std::uint32_t child) {
  constexpr std::uint32_t none = 0xffffffff;
  std::string entry(128, '\0');
  for (std::size_t i = 0; i < name.size(); ++i) entry[2 * i] = name[i];
  put16(entry, 64, static_cast<unsigned>(2 * name.size() + 2));
  entry[66] = type;
  put32(entry, 68, none);
  put32(entry, 72, right);
  put32(entry, 76, child);
  return entry;
}

}  // namespace

std::string sample_pdf(std::size_t bytes) {
  std::string pdf = "%PDF-1.4\n";
  while (pdf.size() < bytes) pdf += std::to_string(pdf.size() * 7919) + "\n";
  pdf.resize(bytes);
  return pdf;
}

std::string sample_jpeg() {
  return std::string("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00", 20) +
         "and the rest";
}

std::string sample_png() {
  return std::string(
      "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00",
      29);
}

std::string sample_webm() {
  return std::string(
      "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04"
      "\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02",
      36);
}

std::string sample_zip(const std::vector<std::pair<std::string, std::string>>& parts) {
  const events::TemporaryFolder folder;
  const auto path = folder.path() / "sample.zip";
  const zipFile zip = zipOpen64(path.c_str(), APPEND_STATUS_CREATE);
  for (const auto& [name, text] : parts) {
    zipOpenNewFileInZip64(zip, name.c_str(), nullptr, nullptr, 0, nullptr, 0, nullptr, 8, 6, 0);
    zipWriteInFileInZip(zip, text.data(), static_cast<unsigned>(text.size()));
    zipCloseFileInZip(zip);
  }
  zipClose(zip, nullptr);
  return bytes_of_file(path);
}

std::string sample_package(const std::string& main_type, const std::string& folder) {
  return sample_zip({{"_rels/.rels", "<Relationships/>"},
                     {folder + "main.xml", "<x/>"},
                     {"[Content_Types].xml", "<Types><Override PartName=\"/x\" ContentType=\"" +
                                                 main_type + "\"/></Types>"}});
}

std::string sample_docx() { return sample_package(std::string(word_type), "word/"); }
std::string sample_xlsx() { return sample_package(std::string(sheet_type), "xl/"); }

std::string sample_compound(const std::vector<std::string>& streams) {
  constexpr std::uint32_t end_of_chain = 0xfffffffe;
  constexpr std::uint32_t none = 0xffffffff;
  // The header, then sector 0 with the allocation table and sector 1 with the directory.
  std::string file(3 * sector_bytes, '\xff');
  std::string header(sector_bytes, '\0');
  header.replace(0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
  put16(header, 26, 3);
  put16(header, 28, 0xfffe);
  put16(header, 30, 9);
  put32(header, 44, 1);
  put32(header, 48, 1);
  put32(header, 68, end_of_chain);
  for (std::size_t i = 0; i < 109; ++i) put32(header, 76 + 4 * i, i == 0 ? 0 : none);
  file.replace(0, sector_bytes, header);
  put32(file, sector_bytes, 0xfffffffd);
  put32(file, sector_bytes + 4, end_of_chain);
  std::string directory = directory_entry("Root Entry", 5, none, streams.empty() ? none : 1);
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const bool last = i + 1 == streams.size();
    directory +=
        directory_entry(streams[i], 2, last ? none : static_cast<std::uint32_t>(i + 2), none);
  }
  directory.resize(sector_bytes, '\0');
  file.replace(2 * sector_bytes, sector_bytes, directory);
  return file;
}

std::string bytes_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace bitacora::http
