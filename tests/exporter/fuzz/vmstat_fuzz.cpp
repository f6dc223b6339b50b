#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exporter/proc/vmstat.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  seadragon::exporter::parse_vmstat({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
