/// Reads /proc/pressure/{cpu,memory,io}: how long tasks waited for a resource.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seadragon::exporter {

/// Time since boot, in microseconds. Source: the kernel's Documentation/accounting/psi.rst.
struct Pressure {
  std::uint64_t some_microseconds;  ///< At least one task waited.

  /// All tasks that were not idle waited. Older kernels have no such line for the CPU; newer ones
  /// have one that means nothing for the whole machine.
  std::optional<std::uint64_t> full_microseconds;
};

/// nullopt when the line `some` is missing, or a line malformed.
std::optional<Pressure> parse_pressure(std::string_view text);

}  // namespace seadragon::exporter
