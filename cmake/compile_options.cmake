# Warnings, sanitizers, and bitacora_library(): what every target of ours has.

set(BITACORA_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")

add_library(bitacora_options INTERFACE)
target_compile_options(bitacora_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # It warns falsely about strings that are put together at -O2 (GCC bug 105651).
  target_compile_options(bitacora_options INTERFACE -Wno-restrict)
endif()
target_include_directories(bitacora_options INTERFACE ${CMAKE_SOURCE_DIR})
if(BITACORA_SANITIZE)
  # g++ 12 warns falsely about uninitialized coroutine frames and optionals under sanitizers.
  target_compile_options(bitacora_options INTERFACE
    -fsanitize=${BITACORA_SANITIZE} -fno-omit-frame-pointer -Wno-maybe-uninitialized)
  target_link_options(bitacora_options INTERFACE -fsanitize=${BITACORA_SANITIZE})
endif()

# bitacora_library(<folder> SOURCES a.cc … LINK lib …): the library bitacora_<folder>.
function(bitacora_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(bitacora_${folder} STATIC ${ARG_SOURCES})
  target_link_libraries(bitacora_${folder} PUBLIC bitacora_options ${ARG_LINK}
                                           PRIVATE ${ARG_PRIVATE_LINK})
endfunction()
