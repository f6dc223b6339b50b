#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alertmanager/spool/showq.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view answer(reinterpret_cast<const char*>(bytes), size);
  const auto mails = seadragon::spool::parse_showq(answer);
  if (!mails) return 0;
  for (const auto& mail : *mails) {
    if (mail.arrived.time_since_epoch().count() < 0) std::abort();
  }
  // Whole or nothing: what ends early is no answer.
  if (seadragon::spool::parse_showq(answer.substr(0, size - 1))) std::abort();
  return 0;
}
