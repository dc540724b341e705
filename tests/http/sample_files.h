// Files of each kind, small and made on the spot: as much of them as tells their kind.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace bitacora::http {

// Of that many bytes altogether, the later ones all different from their neighbours.
std::string sample_pdf(std::size_t bytes);
std::string sample_jpeg();
std::string sample_png();
std::string sample_webm();

// A zip with these parts, as (name, text).
std::string sample_zip(const std::vector<std::pair<std::string, std::string>>& parts);
// [Content_Types].xml of a package whose main part is of this content type, and a part in `folder`.
std::string sample_package(const std::string& main_type, const std::string& folder);
std::string sample_docx();
std::string sample_xlsx();

// A compound file of version 3 whose directory has these streams at its top.
std::string sample_compound(const std::vector<std::string>& streams);

std::string bytes_of_file(const std::filesystem::path& path);

}  // namespace bitacora::http
