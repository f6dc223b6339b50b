#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/nvml.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;
using monitoring::MetricSpec;
using monitoring::Samples;

template <class Number>
void add_known(Samples& samples, const MetricSpec& spec, const std::optional<Number>& value,
               const std::string& gpu) {
  if (value) samples.add(spec, static_cast<double>(*value), {gpu});
}

void add(Samples& samples, const Gpu& gpu, const std::string& driver) {
  const std::string index = std::to_string(gpu.index);
  const auto known = [&](const MetricSpec& spec, const auto& value) {
    add_known(samples, spec, value, index);
  };
  samples.add(metric("seadragon_gpu_info"), 1, {index, gpu.uuid, gpu.name, driver});
  known(metric("seadragon_gpu_utilization_ratio"), gpu.utilization);
  known(metric("seadragon_gpu_memory_total_bytes"), gpu.memory_total_bytes);
  known(metric("seadragon_gpu_memory_used_bytes"), gpu.memory_used_bytes);
  known(metric("seadragon_gpu_memory_reserved_bytes"), gpu.memory_reserved_bytes);
  known(metric("seadragon_gpu_power_watts"), gpu.power_watts);
  known(metric("seadragon_gpu_power_limit_watts"), gpu.power_limit_watts);
  known(metric("seadragon_gpu_energy_joules_total"), gpu.energy_joules);
  known(metric("seadragon_gpu_temperature_celsius"), gpu.temperature_celsius);
  const auto errors = [&](const char* kind, const std::optional<std::uint64_t>& count) {
    if (!count) return;
    samples.add(metric("seadragon_gpu_memory_errors_total"), static_cast<double>(*count),
                {index, kind});
  };
  errors("corrected", gpu.corrected_errors);
  errors("uncorrected", gpu.uncorrected_errors);
}

class GpuCollector : public Collector {
 public:
  explicit GpuCollector(GpuOptions options)
      : nvml_(std::move(options.library), options.retry_after) {
    for (WatchedProcess& process : options.processes) {
      servers_.push_back({std::move(process.server), {options.proc, std::move(process.match)}});
    }
  }

  std::string_view name() const override { return "gpu"; }

  void collect(Samples& samples, const monitoring::Scrape&) override {
    // Counters are passed on as they are: when the driver is loaded again energy does begin at 0.
    const GpuReading reading = nvml_.read();
    for (const Gpu& gpu : reading.gpus) add(samples, gpu, reading.driver);
    for (Server& server : servers_) {
      if (reading.gpus.empty() || !server.process.find()) continue;
      for (const Gpu& gpu : reading.gpus) add_memory_of(server, samples, gpu);
    }
    if (!reading.failure.empty()) throw std::runtime_error(reading.failure);
  }

 private:
  struct Server {
    std::string name;
    ServerProcess process;
  };

  static void add_memory_of(const Server& server, Samples& samples, const Gpu& gpu) {
    if (!gpu.processes) return;
    std::uint64_t sum = 0;
    for (const GpuProcess& process : *gpu.processes) {
      if (!server.process.owns(process.pid)) continue;
      if (!process.memory_bytes) return;  // a sum without it would be wrong
      sum += *process.memory_bytes;
    }
    samples.add(metric("seadragon_server_process_gpu_memory_bytes"), static_cast<double>(sum),
                {server.name, std::to_string(gpu.index)});
  }

  Nvml nvml_;
  std::vector<Server> servers_;
};

}  // namespace

std::unique_ptr<Collector> make_gpu_collector(GpuOptions options) {
  return std::make_unique<GpuCollector>(std::move(options));
}

}  // namespace seadragon::exporter
