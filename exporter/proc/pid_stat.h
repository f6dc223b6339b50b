/// Reads /proc/PID/stat: one process.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seadragon::exporter {

/// Times in clock ticks; sysconf(_SC_CLK_TCK) says how many make a second. Source:
/// proc_pid_stat(5).
struct ProcessStat {
  std::string_view command;  ///< At most 15 bytes, any bytes. Points into the text.
  char state;                ///< Z: it has ended, and nobody has taken note yet.
  std::uint64_t parent;      ///< PID; 0 for none that is seen from here.
  std::uint64_t user_ticks;  ///< Of all threads, ended ones included.
  std::uint64_t system_ticks;
  std::uint64_t threads;
  std::uint64_t start_ticks;  ///< After boot. With the PID it tells one process from another.
  std::uint64_t virtual_bytes;
};

/// nullopt when malformed. The command may hold blanks and parentheses.
std::optional<ProcessStat> parse_pid_stat(std::string_view text);

}  // namespace seadragon::exporter
