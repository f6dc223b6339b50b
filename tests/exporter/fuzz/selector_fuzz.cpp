#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/presets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using seadragon::exporter::parse_selector;
  const auto selector = parse_selector({reinterpret_cast<const char*>(bytes), size});
  if (selector && parse_selector(selector->text()) != selector) std::abort();
  return 0;
}
