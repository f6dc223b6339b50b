/// Reads /proc/PID/limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seadragon::exporter {

/// Files that the process may have open at once, its soft limit; nullopt when it is unlimited, or
/// the line is missing or malformed. Source: proc_pid_limits(5).
std::optional<std::uint64_t> parse_open_files_limit(std::string_view text);

}  // namespace seadragon::exporter
