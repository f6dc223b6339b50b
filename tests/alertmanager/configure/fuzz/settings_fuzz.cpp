#include <cstddef>
#include <cstdint>
#include <string_view>

#include "alertmanager/configure/settings_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  seadragon::alerts::Faults faults;  // anything that is thrown is a finding
  seadragon::alerts::parse_settings({reinterpret_cast<const char*>(bytes), size}, "alerting.yml",
                                    faults);
  return 0;
}
