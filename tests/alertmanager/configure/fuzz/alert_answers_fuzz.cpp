#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alertmanager/configure/alert_answers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace seadragon::alerts;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto alerts = parse_notified_alerts(text)) {
    for (const NotifiedAlert& alert : *alerts) {
      if (alert.alert.since.time_since_epoch().count() > 253'402'387'200) std::abort();
    }
  }
  parse_silences(text);
  parse_pending_alerts(text);
  parse_time(text);
  series_value(text, "up");
  return 0;
}
