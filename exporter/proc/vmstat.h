/// Reads /proc/vmstat: whom the kernel killed for want of memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seadragon::exporter {

/// Source: proc_vmstat(5).
struct Vmstat {
  /// Processes killed since the machine started; nullopt before Linux 4.13.
  std::optional<std::uint64_t> oom_kills;
};

/// nullopt when the line is malformed, or there is no line at all.
std::optional<Vmstat> parse_vmstat(std::string_view text);

}  // namespace seadragon::exporter
