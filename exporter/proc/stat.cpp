#include "exporter/proc/stat.h"

#include "exporter/proc/fields.h"

namespace seadragon::exporter {

std::optional<CpuTicks> parse_stat(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_field(line) != "cpu") continue;

    CpuTicks ticks{};
    for (std::uint64_t* const mode : {&ticks.user, &ticks.nice, &ticks.system, &ticks.idle,
                                      &ticks.iowait, &ticks.irq, &ticks.softirq, &ticks.steal}) {
      const auto number = parse_unsigned(take_field(line));
      if (!number) return std::nullopt;
      *mode = *number;
    }
    return ticks;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_boot_time(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_field(line) == "btime") return parse_unsigned(take_field(line));
  }
  return std::nullopt;
}

}  // namespace seadragon::exporter
