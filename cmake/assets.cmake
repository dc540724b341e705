# bitacora_assets(<target> <folder>): carries the files of a folder in the binary.
#
# Writes a source file for the target into the build folder: the assembler includes the bytes, and a
# table (http/assets.h) names them. `x.br` and `x.gz` are the compressed forms of `x`. A folder that
# is missing gives an empty table. A file that comes, goes or changes is noticed by the next build.
function(bitacora_assets target folder)
  set(files "")
  if(IS_DIRECTORY ${folder})
    file(GLOB_RECURSE files CONFIGURE_DEPENDS LIST_DIRECTORIES false ${folder}/*)
  else()
    # Configures anew when the folder comes.
    file(GLOB ignored CONFIGURE_DEPENDS LIST_DIRECTORIES true ${folder})
  endif()
  list(FILTER files EXCLUDE REGEX "\\.map$")
  list(SORT files)

  set(bytes "")
  set(symbols "")
  set(rows "")
  set(index 0)
  foreach(file IN LISTS files)
    if(file MATCHES "\\.(br|gz)$")
      continue()
    endif()
    file(RELATIVE_PATH path ${folder} ${file})
    set(row "")
    foreach(form "" ".gz" ".br")
      set(name "bitacora_asset_${index}")
      math(EXPR index "${index} + 1")
      if(NOT EXISTS ${file}${form})
        string(APPEND row ", {}")
        continue()
      endif()
      string(APPEND bytes
        "    \"${name}: .incbin \\\"${file}${form}\\\"\\n\"\n    \"${name}_end:\\n\"\n")
      string(APPEND symbols "extern \"C\" const char ${name}[];\n"
        "extern \"C\" const char ${name}_end[];\n")
      string(APPEND row ", between(${name}, ${name}_end)")
    endforeach()
    string(APPEND rows "      {\"/${path}\"${row}},\n")
  endforeach()

  set(source ${CMAKE_CURRENT_BINARY_DIR}/carried_assets.cc)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [=[
// Written by cmake/assets.cmake.
#include <vector>

#include "http/assets.h"

asm("    .pushsection .rodata\n"
@bytes@    "    .popsection\n");

@symbols@
namespace bitacora::http {

std::span<const AssetFile> carried_assets() {
  [[maybe_unused]] const auto between = [](const char* begin, const char* end) {
    return std::string_view(begin, static_cast<std::size_t>(end - begin));
  };
  static const std::vector<AssetFile> files{
@rows@  };
  return files;
}

}  // namespace bitacora::http
]=])
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE ${source})
endfunction()
