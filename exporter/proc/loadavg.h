/// Reads /proc/loadavg: how many tasks want to run.
#pragma once

#include <optional>
#include <string_view>

namespace seadragon::exporter {

/// Tasks that run, can run or wait for a disk, averaged with exponential decay. Source:
/// proc_loadavg(5).
struct LoadAverage {
  double one_minute;
  double five_minutes;
  double fifteen_minutes;
};

/// nullopt when one of the three is missing or malformed.
std::optional<LoadAverage> parse_loadavg(std::string_view text);

}  // namespace seadragon::exporter
