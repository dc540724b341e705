// A look at the directory of a compound file, as old Office documents are.
//
// The format is [MS-CFB], Microsoft's Compound File Binary File Format, version 9.0: a file system
// of sectors, whose directory is a chain of sectors with 128 bytes an entry, the entries of a
// storage a binary tree.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "events/error.h"

namespace bitacora::http {

// The first eight bytes of every compound file.
inline constexpr std::string_view compound_file_signature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

// The names of the streams at the top, of ASCII letters alone: others are left out. Empty for what
// is no compound file or is damaged. Reads no more than limits::compound_directory_bytes_max of
// directory, and no entry twice. Unavailable when the file cannot be read. Blocks; thread-safe.
events::Result<std::vector<std::string>> top_streams(const std::filesystem::path& file);

}  // namespace bitacora::http
