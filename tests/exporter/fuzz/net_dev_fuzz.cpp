#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exporter/proc/net_dev.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  seadragon::exporter::parse_net_dev(text);
  return 0;
}
