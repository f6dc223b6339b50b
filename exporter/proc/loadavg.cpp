#include "exporter/proc/loadavg.h"

#include "exporter/proc/fields.h"

namespace seadragon::exporter {

std::optional<LoadAverage> parse_loadavg(std::string_view text) {
  std::string_view line = take_line(text);
  LoadAverage load{};
  for (double* const average : {&load.one_minute, &load.five_minutes, &load.fifteen_minutes}) {
    const auto number = parse_decimal(take_field(line));
    if (!number) return std::nullopt;
    *average = *number;
  }
  return load;
}

}  // namespace seadragon::exporter
