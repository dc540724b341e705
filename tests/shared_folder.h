// Where the data is that the tests use and the repository does not hold.
#pragma once

#include <filesystem>
#include <string>

namespace bitacora {

// $BITACORA_SHARED, or the folder `shared` beside the repository.
std::filesystem::path shared_folder();
// Its attachments to test with.
std::filesystem::path attachments_folder();

// A file's bytes; the test program aborts when there is no such file.
std::string read_file(const std::filesystem::path& path);

}  // namespace bitacora
