#include "exporter/proc/stat.h"

#include "exporter/proc/fields.h"

namespace seadragon::exporter {

namespace {

/// What follows the name on a line.
std::optional<CpuTicks> parse_ticks(std::string_view line) {
  CpuTicks ticks{};
  for (std::uint64_t* const mode : {&ticks.user, &ticks.nice, &ticks.system, &ticks.idle,
                                    &ticks.iowait, &ticks.irq, &ticks.softirq, &ticks.steal}) {
    const auto number = parse_unsigned(take_field(line));
    if (!number) return std::nullopt;
    *mode = *number;
  }
  return ticks;
}

}  // namespace

std::optional<CpuTicks> parse_stat(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_field(line) == "cpu") return parse_ticks(line);
  }
  return std::nullopt;
}

std::optional<std::vector<std::pair<std::uint64_t, CpuTicks>>> parse_stat_per_cpu(
    std::string_view text) {
  std::vector<std::pair<std::uint64_t, CpuTicks>> cpus;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    const std::string_view name = take_field(line);
    if (name == "cpu" || !name.starts_with("cpu")) continue;
    const auto number = parse_unsigned(name.substr(3));
    const auto ticks = parse_ticks(line);
    if (!number || !ticks) return std::nullopt;
    cpus.emplace_back(*number, *ticks);
  }
  return cpus;
}

std::optional<std::uint64_t> parse_boot_time(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_field(line) == "btime") return parse_unsigned(take_field(line));
  }
  return std::nullopt;
}

}  // namespace seadragon::exporter
