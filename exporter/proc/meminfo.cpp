#include "exporter/proc/meminfo.h"

#include <algorithm>

#include "exporter/proc/fields.h"

namespace seadragon::exporter {
namespace {

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

std::optional<Swap> parse_swap(std::string_view text) {
  const auto total = find_kb(text, "SwapTotal");
  const auto free = find_kb(text, "SwapFree");
  if (!total || !free) return std::nullopt;
  return Swap{.total_bytes = *total * bytes_per_kb, .free_bytes = *free * bytes_per_kb};
}

}  // namespace seadragon::exporter
