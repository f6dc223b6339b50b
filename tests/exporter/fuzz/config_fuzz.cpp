#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "exporter/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    seadragon::exporter::parse_config({reinterpret_cast<const char*>(bytes), size}, "exporter.yml");
  } catch (const std::runtime_error&) {
    // Refused, as most bytes should be; anything else that is thrown is a finding.
  }
  return 0;
}
