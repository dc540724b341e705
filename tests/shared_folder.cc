#include "tests/shared_folder.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "events/error.h"

namespace bitacora {

std::filesystem::path shared_folder() {
  const char* chosen = std::getenv("BITACORA_SHARED");
  if (chosen != nullptr) return chosen;
  return std::filesystem::path(BITACORA_REPOSITORY_DIR).parent_path() / "shared";
}

std::filesystem::path attachments_folder() { return shared_folder() / "data" / "attachments"; }

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  BITACORA_INVARIANT(file, "there is no file " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace bitacora
