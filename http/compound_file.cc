#include "http/compound_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <set>

#include "events/durable_files.h"
#include "events/limits.h"

namespace bitacora::http {

namespace {

namespace limits = events::limits;

constexpr std::size_t header_bytes = 512;
constexpr std::size_t entry_bytes = 128;
constexpr std::size_t header_fat_sectors = 109;
// Sector numbers from here on are marks: the end of a chain, a free sector.
constexpr std::uint32_t regular_sectors_end = 0xfffffffa;

std::uint16_t u16_at(const std::string& bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) |
                                    static_cast<unsigned char>(bytes[at + 1]) << 8);
}

std::uint32_t u32_at(const std::string& bytes, std::size_t at) {
  return u16_at(bytes, at) | static_cast<std::uint32_t>(u16_at(bytes, at + 2)) << 16;
}

class CompoundFile {
 public:
  CompoundFile(events::FileHandle file, std::string header)
      : file_(std::move(file)), header_(std::move(header)), shift_(u16_at(header_, 30)) {}

  // 512 bytes in version 3, 4,096 in version 4; nothing else is allowed.
  [[nodiscard]] bool is_sound() const { return shift_ == 9 || shift_ == 12; }

  // The directory's entries in a row; as much of them as a sound chain and the bound allow.
  std::string directory() {
    std::string entries;
    std::uint32_t sector = u32_at(header_, 48);
    while (sector < regular_sectors_end && entries.size() < limits::compound_directory_bytes_max) {
      const auto bytes = read_sector(sector);
      if (!bytes) break;
      entries += *bytes;
      const auto next = next_sector(sector);
      if (!next) break;
      sector = *next;
    }
    return entries;
  }

 private:
  [[nodiscard]] std::size_t sector_bytes() const { return std::size_t{1} << shift_; }

  [[nodiscard]] std::optional<std::string> read_sector(std::uint32_t sector) const {
    std::string bytes(sector_bytes(), '\0');
    const auto at = static_cast<off_t>(std::uint64_t{sector + 1ULL} << shift_);
    const auto got = pread(file_.get(), bytes.data(), bytes.size(), at);
    if (got != static_cast<ssize_t>(bytes.size())) return std::nullopt;
    return bytes;
  }

  // Which sector holds this part of the allocation table. The header names the first 109, a chain
  // of sectors the others.
  [[nodiscard]] std::optional<std::uint32_t> table_sector(std::size_t index) const {
    if (index < header_fat_sectors) return u32_at(header_, 76 + 4 * index);
    index -= header_fat_sectors;
    const std::size_t each = sector_bytes() / 4 - 1;
    std::uint32_t sector = u32_at(header_, 68);
    for (std::size_t hop = 0; hop <= limits::compound_table_hops_max; ++hop) {
      if (sector >= regular_sectors_end) return std::nullopt;
      const auto bytes = read_sector(sector);
      if (!bytes) return std::nullopt;
      if (index < each) return u32_at(*bytes, 4 * index);
      index -= each;
      sector = u32_at(*bytes, 4 * each);
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::uint32_t> next_sector(std::uint32_t sector) const {
    const std::size_t each = sector_bytes() / 4;
    const auto table = table_sector(sector / each);
    if (!table || *table >= regular_sectors_end) return std::nullopt;
    const auto bytes = read_sector(*table);
    if (!bytes) return std::nullopt;
    return u32_at(*bytes, 4 * (sector % each));
  }

  events::FileHandle file_;
  std::string header_;
  std::uint16_t shift_;
};

// UTF-16 of ASCII characters; nullopt for other names.
std::optional<std::string> name_of(const std::string& entries, std::size_t at) {
  const std::size_t bytes = u16_at(entries, at + 64);
  if (bytes < 4 || bytes > 64 || bytes % 2 != 0) return std::nullopt;
  std::string name;
  for (std::size_t i = 0; i + 2 < bytes; i += 2) {
    const std::uint16_t unit = u16_at(entries, at + i);
    if (unit < 0x20 || unit > 0x7e) return std::nullopt;
    name += static_cast<char>(unit);
  }
  return name;
}

// Without recursion, and no entry twice: a file may say that its tree is a ring.
std::vector<std::string> streams_under_root(const std::string& entries) {
  constexpr char is_stream = 2;
  const std::size_t count = entries.size() / entry_bytes;
  std::vector<std::string> names;
  std::set<std::uint32_t> seen;
  std::vector<std::uint32_t> left{u32_at(entries, 76)};
  while (!left.empty()) {
    const std::uint32_t entry = left.back();
    left.pop_back();
    if (entry >= count || !seen.insert(entry).second) continue;
    const std::size_t at = entry * entry_bytes;
    const auto name = name_of(entries, at);
    if (name && entries[at + 66] == is_stream) names.push_back(*name);
    left.push_back(u32_at(entries, at + 68));
    left.push_back(u32_at(entries, at + 72));
  }
  return names;
}

}  // namespace

events::Result<std::vector<std::string>> top_streams(const std::filesystem::path& file) {
  auto opened = events::open_file(file, O_RDONLY);
  if (!opened) return opened.error();
  std::string header(header_bytes, '\0');
  const auto got = pread(opened->get(), header.data(), header.size(), 0);
  if (got < 0) return events::file_error(errno, "read", file);
  if (got != static_cast<ssize_t>(header.size()) || !header.starts_with(compound_file_signature)) {
    return std::vector<std::string>();
  }
  CompoundFile compound(*std::move(opened), std::move(header));
  if (!compound.is_sound()) return std::vector<std::string>();
  const std::string entries = compound.directory();
  if (entries.size() < entry_bytes) return std::vector<std::string>();
  return streams_under_root(entries);
}

}  // namespace bitacora::http
