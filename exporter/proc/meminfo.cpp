#include "exporter/proc/meminfo.h"

#include <algorithm>
#include <limits>

#include "exporter/proc/fields.h"

namespace seadragon::exporter {
namespace {

constexpr std::uint64_t bytes_per_kb = 1024;  // The kernel writes kB and means KiB.

/// The number of the line called `name`, such as "MemFree:  3049456 kB".
std::optional<std::uint64_t> find_kb(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    std::string_view label = take_field(line);
    if (!label.ends_with(':')) continue;
    label.remove_suffix(1);
    if (label != name) continue;

    const auto kb = parse_unsigned(take_field(line));
    if (!kb || *kb > std::numeric_limits<std::uint64_t>::max() / bytes_per_kb) return std::nullopt;
    if (take_field(line) != "kB") return std::nullopt;
    return kb;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> find_available_kb(std::string_view text) {
  if (text.find("MemAvailable:") != std::string_view::npos) return find_kb(text, "MemAvailable");

  std::uint64_t sum = 0;  // Cannot overflow: four numbers, each below 2^54.
  for (const std::string_view name : {"MemFree", "Buffers", "Cached", "Slab"}) {
    const auto kb = find_kb(text, name);
    if (!kb) return std::nullopt;
    sum += *kb;
  }
  return sum;
}

}  // namespace

std::optional<Memory> parse_meminfo(std::string_view text) {
  const auto total = find_kb(text, "MemTotal");
  const auto available = find_available_kb(text);
  if (!total || !available) return std::nullopt;
  return Memory{.total_bytes = *total * bytes_per_kb,
                .available_bytes = std::min(*available, *total) * bytes_per_kb};
}

}  // namespace seadragon::exporter
