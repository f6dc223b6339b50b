#include "exporter/process_reading.h"

#include <filesystem>
#include <system_error>

#include <unistd.h>

#include "exporter/proc/pid_limits.h"
#include "exporter/proc/stat.h"

namespace seadragon::exporter {
namespace {

double in_seconds(std::uint64_t ticks) {
  static const double ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  return static_cast<double>(ticks) / ticks_per_second;
}

void count_open_files(const std::string& folder, ProcessReading& reading) {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    ++count;
  }
  if (error) {
    reading.denied = folder + ": " + error.message();
  } else {
    reading.open_files = count;
  }
}

}  // namespace

std::optional<ProcessReading> read_process(const ProcFiles& proc, const std::string& pid) {
  const std::string folder = pid + '/';
  ProcessReading reading{};
  const auto status = proc.find(folder + "status");
  if (status) reading.memory = parse_pid_status(*status);
  const auto limits = proc.find(folder + "limits");
  if (limits) reading.most_open_files = parse_open_files_limit(*limits);
  count_open_files(proc.path(folder + "fd"), reading);
  // The last, so that all of it was of one process.
  const auto text = proc.find(folder + "stat");
  const auto stat = text ? parse_pid_stat(*text) : std::nullopt;
  if (!stat || !status || !limits) return std::nullopt;
  reading.stat = *stat;
  reading.stat.command = {};  // pointed into the text
  return reading;
}

double cpu_seconds(const ProcessStat& stat) {
  return in_seconds(stat.user_ticks + stat.system_ticks);
}

std::optional<double> start_time(const ProcFiles& proc, std::uint64_t start_ticks) {
  const auto boot = parse_boot_time(proc.read("stat"));
  if (!boot) return std::nullopt;
  return static_cast<double>(*boot) + in_seconds(start_ticks);
}

}  // namespace seadragon::exporter
