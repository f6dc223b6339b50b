# Every third-party library, in one place. Each is Debian's package; setup/packages says what for.
# Only the library's own needs are looked for when it is built inside another project.
find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(libdeflate REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(yaml-cpp REQUIRED)

if(SEADRAGON_BUILD_PROGRAMS OR SEADRAGON_BUILD_TESTS)
  find_package(PkgConfig REQUIRED)
  find_package(CLI11 REQUIRED)
  find_package(CURL REQUIRED)
  find_package(nlohmann_json REQUIRED)
  find_package(civetweb REQUIRED)
  # The flags of pkg-config matter: without its macros `struct Request` differs from the library's.
  pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)
endif()

if(SEADRAGON_BUILD_TESTS)
  find_package(GTest REQUIRED)
  find_package(benchmark REQUIRED)
  find_package(ZLIB REQUIRED)
  find_package(prometheus-cpp CONFIG REQUIRED)
elseif(NOT TARGET prometheus-cpp::core)
  # Seadragon::monitoring-prometheus is built where it is there.
  find_package(prometheus-cpp CONFIG QUIET)
endif()
