#include "exporter/proc/pressure.h"

#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

double seconds(std::uint64_t microseconds) { return static_cast<double>(microseconds) / 1e6; }

class PressureCollector : public Collector {
 public:
  explicit PressureCollector(ProcFiles proc) : proc_(std::move(proc)) {}

  std::string_view name() const override { return "pressure"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    // A kernel without it, or booted with psi=0, which has the files but reads none.
    if (!proc_.find("pressure/cpu")) return;
    for (const std::string_view resource : {"cpu", "memory", "io"}) {
      const std::string file = "pressure/" + std::string(resource);
      const auto pressure = parse_pressure(proc_.read(file));
      if (!pressure) throw std::runtime_error(proc_.path(file) + ": malformed");
      samples.add(metric("seadragon_host_pressure_waiting_seconds_total"),
                  seconds(pressure->some_microseconds), {resource});
      // That all tasks wait for a CPU means nothing for the whole machine.
      if (resource == "cpu" || !pressure->full_microseconds) continue;
      samples.add(metric("seadragon_host_pressure_stalled_seconds_total"),
                  seconds(*pressure->full_microseconds), {resource});
    }
  }

 private:
  ProcFiles proc_;
};

}  // namespace

std::unique_ptr<Collector> make_pressure_collector(ProcFiles proc) {
  return std::make_unique<PressureCollector>(std::move(proc));
}

}  // namespace seadragon::exporter
