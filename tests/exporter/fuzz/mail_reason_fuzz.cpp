#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/mail_reason.h"
#include "lib/src/text_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string reason =
      seadragon::exporter::mail_reason({reinterpret_cast<const char*>(bytes), size});
  if (reason.size() > 200 || seadragon::monitoring::valid_utf8(reason) != reason) std::abort();
  return 0;
}
