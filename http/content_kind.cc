#include "http/content_kind.h"

#include <fcntl.h>
#include <magic.h>
#include <minizip/unzip.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "events/durable_files.h"
#include "events/limits.h"
#include "http/compound_file.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;

constexpr std::string_view zip_signature = "PK\x03\x04";
constexpr std::string_view elf_signature =
    "\x7f"
    "ELF";
constexpr std::string_view unknown_kind = "application/octet-stream";

struct OfficeKind {
  std::string_view main_part;  // as the package's list of contents calls it
  std::string_view folder;     // where its parts lie
  std::string_view mime;
};

// ECMA-376, part 1, sections 11.3.10 and 12.3.23.
constexpr std::array<OfficeKind, 2> package_kinds{{
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "word/",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "xl/",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
}};

struct StreamKind {
  std::string_view stream;
  std::string_view mime;
};

// [MS-DOC] 2.1.1 and [MS-XLS] 2.1.2; "Book" is Excel 5's.
constexpr std::array<StreamKind, 3> stream_kinds{{
    {"WordDocument", "application/msword"},
    {"Workbook", "application/vnd.ms-excel"},
    {"Book", "application/vnd.ms-excel"},
}};

// As many as are looked at, from this place on.
events::Result<std::string> bytes_from(const std::filesystem::path& file, std::size_t begin) {
  const auto opened = events::open_file(file, O_RDONLY);
  if (!opened) return opened.error();
  std::string bytes(limits::looked_at_bytes_max, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto got = pread(opened->get(), bytes.data() + filled, bytes.size() - filled,
                           static_cast<off_t>(begin + filled));
    if (got < 0) return events::file_error(errno, "read", file);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

// The database is mapped for each look, which takes a tenth of a millisecond, so that it is not in
// memory between them. What libmagic does beyond its table of signs is left out: it is not needed
// for what is accepted, and is where hostile files have hurt it.
std::string by_signs(std::string_view bytes) {
  struct Close {
    void operator()(magic_t magic) const { magic_close(magic); }
  };
  constexpr int flags = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
                        MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_CSV |
                        MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_APPTYPE;
  const std::unique_ptr<magic_set, Close> magic(magic_open(flags));
  const char* found = nullptr;
  if (magic && magic_load(magic.get(), nullptr) == 0) {
    found = magic_buffer(magic.get(), bytes.data(), bytes.size());
  }
  return found != nullptr ? std::string(found) : std::string(unknown_kind);
}

// ID3v2, section 3.1: what stands before the sound of an MP3, a picture of its cover among it, has
// its length in four times seven bits. 0 when there is no such thing.
std::size_t tag_bytes(std::string_view bytes) {
  constexpr std::size_t tag_header_bytes = 10;
  constexpr unsigned has_footer = 0x10;
  if (bytes.size() < tag_header_bytes || !bytes.starts_with("ID3")) return 0;
  std::size_t length = 0;
  for (std::size_t i = 6; i < tag_header_bytes; ++i) {
    length = length << 7 | (static_cast<unsigned char>(bytes[i]) & 0x7fU);
  }
  const bool footer = (static_cast<unsigned char>(bytes[5]) & has_footer) != 0;
  return tag_header_bytes + length + (footer ? tag_header_bytes : 0);
}

struct CloseZip {
  void operator()(void* zip) const { unzClose(zip); }
};

// The whole part that the directory stands at, or nothing when it is too long or damaged.
std::string read_part(unzFile zip) {
  if (unzOpenCurrentFile(zip) != UNZ_OK) return {};
  std::string text(limits::package_list_bytes_max + 1, '\0');
  std::size_t filled = 0;
  int got = 0;
  while (filled < text.size() &&
         (got = unzReadCurrentFile(zip, text.data() + filled,
                                   static_cast<unsigned>(text.size() - filled))) > 0) {
    filled += static_cast<std::size_t>(got);
  }
  unzCloseCurrentFile(zip);
  if (got < 0 || filled == text.size()) return {};
  text.resize(filled);
  return text;
}

// Empty when it is no Office document.
std::string_view package_kind(const std::filesystem::path& file) {
  const std::unique_ptr<void, CloseZip> zip(unzOpen64(file.c_str()));
  if (!zip) return {};
  std::string contents;
  bool has_contents = false;
  std::array<bool, package_kinds.size()> has_folder{};
  int at = unzGoToFirstFile(zip.get());
  for (std::size_t i = 0; at == UNZ_OK && i < limits::package_parts_max; ++i) {
    std::array<char, 64> buffer{};
    // One byte less, so that a longer name is ended, too.
    if (unzGetCurrentFileInfo64(zip.get(), nullptr, buffer.data(), buffer.size() - 1, nullptr, 0,
                                nullptr, 0) != UNZ_OK) {
      return {};
    }
    const std::string_view name = buffer.data();
    if (name == "[Content_Types].xml") {
      // A second one is no document's; many of them would be work without an end.
      if (std::exchange(has_contents, true)) return {};
      contents = read_part(zip.get());
    }
    for (std::size_t k = 0; k < package_kinds.size(); ++k) {
      has_folder[k] = has_folder[k] || name.starts_with(package_kinds[k].folder);
    }
    at = unzGoToNextFile(zip.get());
  }
  for (std::size_t k = 0; k < package_kinds.size(); ++k) {
    if (has_folder[k] && contents.find(package_kinds[k].main_part) != std::string::npos) {
      return package_kinds[k].mime;
    }
  }
  return {};
}

bool is_office(std::string_view mime) {
  return std::any_of(package_kinds.begin(), package_kinds.end(),
                     [&](const OfficeKind& kind) { return kind.mime == mime; }) ||
         std::any_of(stream_kinds.begin(), stream_kinds.end(),
                     [&](const StreamKind& kind) { return kind.mime == mime; });
}

}  // namespace

events::Result<std::string> content_kind(const std::filesystem::path& file) {
  const auto bytes = bytes_from(file, 0);
  if (!bytes) return bytes.error();
  if (const std::size_t tag = tag_bytes(*bytes)) {
    // libmagic follows the tag only as far as what it is shown.
    const auto sound = bytes_from(file, tag);
    if (!sound) return sound.error();
    return by_signs(*sound);
  }
  std::string found = by_signs(*bytes);
  if (bytes->starts_with(zip_signature)) {
    const std::string_view office = package_kind(file);
    if (!office.empty()) return std::string(office);
    if (is_office(found)) return std::string("application/zip");
  }
  if (bytes->starts_with(compound_file_signature)) {
    const auto streams = top_streams(file);
    if (!streams) return streams.error();
    for (const StreamKind& kind : stream_kinds) {
      if (std::find(streams->begin(), streams->end(), kind.stream) != streams->end()) {
        return std::string(kind.mime);
      }
    }
    if (is_office(found)) return std::string("application/x-ole-storage");
  }
  // libmagic has no name for a program that says of no machine.
  if (found == unknown_kind && bytes->starts_with(elf_signature)) {
    return std::string("application/x-executable");
  }
  return found;
}

}  // namespace bitacora::http
