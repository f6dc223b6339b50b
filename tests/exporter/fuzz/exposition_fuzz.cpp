#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/exposition.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view page(reinterpret_cast<const char*>(bytes), size);
  seadragon::exporter::parse_series(page);
  for (const std::string_view name : {"x", "seadragon_queue_length"}) {
    const auto found = seadragon::exporter::find_series(page, name);
    if (!found) continue;
    for (const auto& series : *found) {
      if (series.name != name) std::abort();
    }
  }
  return 0;
}
