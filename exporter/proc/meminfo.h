/// Reads /proc/meminfo: how much memory the machine has and how much can be had.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seadragon::exporter {

/// Source: proc_meminfo(5).
struct Memory {
  std::uint64_t total_bytes;

  /// MemAvailable, or MemFree + Buffers + Cached + Slab where the kernel has no such line (before
  /// 3.14). Never more than the total, although some containers report more.
  std::uint64_t available_bytes;
};

/// nullopt when a line that is needed is missing or malformed.
std::optional<Memory> parse_meminfo(std::string_view text);

/// Both 0 where there is no swap.
struct Swap {
  std::uint64_t total_bytes;
  std::uint64_t free_bytes;
};

/// nullopt when a line is missing or malformed, as in some containers.
std::optional<Swap> parse_swap(std::string_view text);

}  // namespace seadragon::exporter
