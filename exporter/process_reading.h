/// Everything about one process at one moment, from /proc/PID.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "exporter/proc/pid_stat.h"
#include "exporter/proc/pid_status.h"
#include "exporter/proc_files.h"

namespace seadragon::exporter {

/// What may not be read, or is unlimited, is missing.
struct ProcessReading {
  ProcessStat stat;  ///< Without the command.
  std::optional<ProcessMemory> memory;
  std::optional<std::uint64_t> open_files, most_open_files;
  std::string denied;  ///< Why open_files is missing.
};

/// `pid` may be `self`. nullopt when the process has ended, if only half-way.
std::optional<ProcessReading> read_process(const ProcFiles& proc, const std::string& pid);

/// The same in seconds: CPU time, of all threads.
double cpu_seconds(const ProcessStat& stat);

/// When it started, in seconds since the epoch. The time of the boot follows corrections of the
/// clock: whoever wants a start that stays asks once. nullopt when /proc/stat does not say.
std::optional<double> start_time(const ProcFiles& proc, std::uint64_t start_ticks);

}  // namespace seadragon::exporter
