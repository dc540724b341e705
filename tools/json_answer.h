// Picking values out of a server's answer, by JSON pointer (RFC 6901): "/operator/id".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bitacora::tools {

// Empty when there is no such text. Pure; thread-safe.
std::string text_at(std::string_view json, std::string_view pointer);

// Of each object of the array at `pointer`, each of the members as a text: numbers and booleans as
// JSON writes them, null as "", an array of texts or of objects with a "slug" joined by commas.
std::vector<std::vector<std::string>> rows_at(std::string_view json, std::string_view pointer,
                                              const std::vector<std::string_view>& members);

}  // namespace bitacora::tools
