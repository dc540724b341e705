# Debian 12's libraries, each as an imported target.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(GTest REQUIRED)
find_package(simdjson REQUIRED)
find_package(CAF REQUIRED)
pkg_check_modules(rocksdb REQUIRED IMPORTED_TARGET rocksdb)
pkg_check_modules(icu REQUIRED IMPORTED_TARGET icu-uc)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(magic REQUIRED IMPORTED_TARGET libmagic)
pkg_check_modules(minizip REQUIRED IMPORTED_TARGET minizip)
if(NOT BITACORA_SANITIZE)  # which have an allocator of their own
  pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
endif()
# Of the media worker alone: the program itself is never linked with them.
pkg_check_modules(vips REQUIRED IMPORTED_TARGET vips)
pkg_check_modules(webp REQUIRED IMPORTED_TARGET libwebp)
pkg_check_modules(ffmpeg REQUIRED IMPORTED_TARGET libavformat libavcodec libswresample libavutil)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)

# Asio and Beast are compiled once, in http/beast.cc.
add_library(bitacora_beast INTERFACE)
target_link_libraries(bitacora_beast INTERFACE Boost::headers Threads::Threads OpenSSL::SSL OpenSSL::Crypto)
target_compile_definitions(bitacora_beast INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION)
# g++ 12 sees the frames of Asio's coroutines allocated by one function and freed by another.
target_compile_options(bitacora_beast INTERFACE -Wno-mismatched-new-delete)
