/// Reads /proc/stat: what the CPUs spent their time on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace seadragon::exporter {

/// Time since boot in each mode, all CPUs together, in clock ticks; sysconf(_SC_CLK_TCK) says how
/// many make a second. The eight add up to all the time there was: what proc_stat(5) lists as guest
/// and guest_nice is already within user and nice. idle and iowait may step backwards.
struct CpuTicks {
  std::uint64_t user;
  std::uint64_t nice;
  std::uint64_t system;
  std::uint64_t idle;
  std::uint64_t iowait;
  std::uint64_t irq;
  std::uint64_t softirq;
  std::uint64_t steal;  ///< Taken by the hypervisor for other machines.
};

/// The line `cpu` of /proc/stat. nullopt when it is missing or malformed.
std::optional<CpuTicks> parse_stat(std::string_view text);

/// The lines `cpu0`, `cpu1` ..., by number; a CPU that is off has none. nullopt when one of them is
/// malformed.
std::optional<std::vector<std::pair<std::uint64_t, CpuTicks>>> parse_stat_per_cpu(
    std::string_view text);

/// When the machine booted, in seconds since the epoch: the line `btime`. It moves when the clock
/// is set. nullopt when it is missing or malformed.
std::optional<std::uint64_t> parse_boot_time(std::string_view text);

}  // namespace seadragon::exporter
