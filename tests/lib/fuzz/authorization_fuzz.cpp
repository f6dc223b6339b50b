#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lib/src/login.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto credentials = seadragon::monitoring::detail::parse_authorization(text);
  // What is decoded is shorter than its code.
  if (credentials && credentials->user.size() + credentials->password.size() >= size) std::abort();
  return 0;
}
