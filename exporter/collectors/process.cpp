#include <filesystem>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "exporter/collectors/collectors.h"
#include "exporter/proc/pid_limits.h"
#include "exporter/proc/pid_stat.h"
#include "exporter/proc/pid_status.h"
#include "exporter/proc/stat.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

/// Everything about the process at one moment. What may not be read, or is unlimited, is missing.
struct Reading {
  ProcessStat stat;
  std::optional<ProcessMemory> memory;
  std::optional<std::uint64_t> open_files, most_open_files;
  std::string denied;  ///< Why open_files is missing.
};

class ProcessCollector : public Collector {
 public:
  ProcessCollector(ProcFiles proc, ProcessMatch match)
      : proc_(proc), process_(std::move(proc), std::move(match)) {}

  std::string_view name() const override { return "process"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    const auto process = process_.find();
    const auto reading = process ? read(*process) : std::nullopt;
    samples.add(metric("seadragon_server_process_running"), reading ? 1 : 0);
    if (!reading) return;
    add(samples, *process, *reading);
    if (!reading->denied.empty()) throw std::runtime_error(reading->denied);
  }

 private:
  /// nullopt when the process has ended, if only half-way.
  std::optional<Reading> read(const ProcessIdentity& process) const {
    const std::string folder = std::to_string(process.pid) + '/';
    Reading reading{};
    const auto status = proc_.find(folder + "status");
    if (status) reading.memory = parse_pid_status(*status);
    const auto limits = proc_.find(folder + "limits");
    if (limits) reading.most_open_files = parse_open_files_limit(*limits);
    count_open_files(proc_.path(folder + "fd"), reading);
    // The last, so that all of it was of one process.
    const auto text = proc_.find(folder + "stat");
    const auto stat = text ? parse_pid_stat(*text) : std::nullopt;
    if (!stat || stat->start_ticks != process.start_ticks || !status || !limits) return {};
    reading.stat = *stat;
    reading.stat.command = {};  // pointed into the text
    return reading;
  }

  static void count_open_files(const std::string& folder, Reading& reading) {
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

  void add(monitoring::Samples& samples, const ProcessIdentity& process, const Reading& reading) {
    const ProcessStat& stat = reading.stat;
    samples.add(metric("seadragon_server_process_cpu_seconds_total"),
                static_cast<double>(stat.user_ticks + stat.system_ticks) / ticks_per_second_);
    samples.add(metric("seadragon_server_process_threads"), static_cast<double>(stat.threads));
    samples.add(metric("seadragon_server_process_virtual_memory_bytes"),
                static_cast<double>(stat.virtual_bytes));
    if (const auto start = start_time(process)) {
      samples.add(metric("seadragon_server_process_start_time_seconds"), *start);
    }
    const auto add_bytes = [&](const monitoring::MetricSpec& spec, std::uint64_t bytes) {
      samples.add(spec, static_cast<double>(bytes));
    };
    if (reading.memory) {
      add_bytes(metric("seadragon_server_process_resident_memory_bytes"), reading.memory->resident);
      add_bytes(metric("seadragon_server_process_anonymous_memory_bytes"),
                reading.memory->anonymous);
      add_bytes(metric("seadragon_server_process_file_memory_bytes"), reading.memory->file);
      add_bytes(metric("seadragon_server_process_shared_memory_bytes"), reading.memory->shared);
    }
    if (reading.open_files) {
      samples.add(metric("seadragon_server_process_open_fds"),
                  static_cast<double>(*reading.open_files));
    }
    if (reading.most_open_files) {
      samples.add(metric("seadragon_server_process_max_fds"),
                  static_cast<double>(*reading.most_open_files));
    }
  }

  /// Seconds since the epoch, computed once for each process: the time of the boot follows
  /// corrections of the clock.
  std::optional<double> start_time(const ProcessIdentity& process) {
    if (start_of_ != process) {
      const auto boot = parse_boot_time(proc_.read("stat"));
      if (!boot) return std::nullopt;
      start_of_ = process;
      start_ =
          static_cast<double>(*boot) + static_cast<double>(process.start_ticks) / ticks_per_second_;
    }
    return start_;
  }

  ProcFiles proc_;
  ServerProcess process_;
  double ticks_per_second_ = static_cast<double>(sysconf(_SC_CLK_TCK));
  std::optional<ProcessIdentity> start_of_;
  double start_ = 0;
};

}  // namespace

std::unique_ptr<Collector> make_process_collector(ProcFiles proc, ProcessMatch match) {
  return std::make_unique<ProcessCollector>(std::move(proc), std::move(match));
}

}  // namespace seadragon::exporter
