#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto url = seadragon::exporter::parse_url({reinterpret_cast<const char*>(bytes), size});
  // It goes into a request line.
  if (url && (url->target.empty() || url->target.front() != '/')) std::abort();
  return 0;
}
