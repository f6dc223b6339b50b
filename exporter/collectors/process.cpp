#include <optional>
#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/process_reading.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

/// One of the processes.
class Watched {
 public:
  Watched(const ProcFiles& proc, WatchedProcess process)
      : server_(std::move(process.server)), proc_(proc), process_(proc, std::move(process.match)) {}

  void collect(monitoring::Samples& samples) {
    const auto process = process_.find();
    const auto reading = process ? read(*process) : std::nullopt;
    samples.add(metric("seadragon_server_process_running"), reading ? 1 : 0, {server_});
    if (!reading) return;
    add(samples, *process, *reading);
    if (!reading->denied.empty()) throw std::runtime_error(reading->denied);
  }

 private:
  std::optional<ProcessReading> read(const ProcessIdentity& process) const {
    auto reading = read_process(proc_, std::to_string(process.pid));
    if (reading && reading->stat.start_ticks != process.start_ticks) return std::nullopt;
    return reading;
  }

  void add(monitoring::Samples& samples, const ProcessIdentity& process,
           const ProcessReading& reading) {
    const auto add_one = [&](const monitoring::MetricSpec& spec, auto value) {
      samples.add(spec, static_cast<double>(value), {server_});
    };
    const ProcessStat& stat = reading.stat;
    add_one(metric("seadragon_server_process_cpu_seconds_total"), cpu_seconds(stat));
    add_one(metric("seadragon_server_process_threads"), stat.threads);
    add_one(metric("seadragon_server_process_virtual_memory_bytes"), stat.virtual_bytes);
    if (const auto start = start_of(process)) {
      add_one(metric("seadragon_server_process_start_time_seconds"), *start);
    }
    if (const auto& memory = reading.memory) {
      add_one(metric("seadragon_server_process_resident_memory_bytes"), memory->resident);
      add_one(metric("seadragon_server_process_anonymous_memory_bytes"), memory->anonymous);
      add_one(metric("seadragon_server_process_file_memory_bytes"), memory->file);
      add_one(metric("seadragon_server_process_shared_memory_bytes"), memory->shared);
    }
    if (reading.open_files)
      add_one(metric("seadragon_server_process_open_fds"), *reading.open_files);
    if (reading.most_open_files) {
      add_one(metric("seadragon_server_process_max_fds"), *reading.most_open_files);
    }
  }

  /// Computed once for each process.
  std::optional<double> start_of(const ProcessIdentity& process) {
    if (start_of_ != process) {
      start_of_ = process;
      start_ = start_time(proc_, process.start_ticks);
    }
    return start_;
  }

  const std::string server_;
  ProcFiles proc_;
  ServerProcess process_;
  std::optional<ProcessIdentity> start_of_;
  std::optional<double> start_;
};

class ProcessCollector : public Collector {
 public:
  ProcessCollector(const ProcFiles& proc, std::vector<WatchedProcess> processes) {
    for (WatchedProcess& process : processes) watched_.emplace_back(proc, std::move(process));
  }

  std::string_view name() const override { return "process"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    std::string failures;
    for (Watched& process : watched_) {
      try {
        process.collect(samples);
      } catch (const std::exception& failure) {
        failures.append(failures.empty() ? "" : "; ").append(failure.what());
      }
    }
    if (!failures.empty()) throw std::runtime_error(failures);
  }

 private:
  std::vector<Watched> watched_;
};

}  // namespace

std::unique_ptr<Collector> make_process_collector(ProcFiles proc,
                                                  std::vector<WatchedProcess> processes) {
  return std::make_unique<ProcessCollector>(proc, std::move(processes));
}

}  // namespace seadragon::exporter
