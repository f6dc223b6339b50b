#include "exporter/proc/vmstat.h"

#include "exporter/proc/fields.h"

namespace seadragon::exporter {

std::optional<Vmstat> parse_vmstat(std::string_view text) {
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_field(line) != "oom_kill") continue;
    const auto kills = parse_unsigned(take_field(line));
    if (!kills || !take_field(line).empty()) return std::nullopt;
    return Vmstat{.oom_kills = kills};
  }
  return Vmstat{.oom_kills = std::nullopt};
}

}  // namespace seadragon::exporter
