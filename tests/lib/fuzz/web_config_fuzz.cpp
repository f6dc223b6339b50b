#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "lib/src/web_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    // Nothing is below this path, so that no file is read.
    seadragon::monitoring::detail::parse_web_config({reinterpret_cast<const char*>(bytes), size},
                                                    "/dev/null/web.yml");
  } catch (const std::runtime_error&) {
    // Refused, as most bytes should be; anything else that is thrown is a finding.
  }
  return 0;
}
