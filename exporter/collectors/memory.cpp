#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/proc/meminfo.h"
#include "exporter/proc/vmstat.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

class MemoryCollector : public Collector {
 public:
  explicit MemoryCollector(ProcFiles proc) : proc_(std::move(proc)) {}

  std::string_view name() const override { return "memory"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    const std::string text = proc_.read("meminfo");
    const auto memory = parse_meminfo(text);
    if (!memory) throw std::runtime_error(proc_.path("meminfo") + ": malformed");
    const Vmstat vmstat = read_vmstat();
    samples.add(metric("seadragon_host_memory_total_bytes"),
                static_cast<double>(memory->total_bytes));
    samples.add(metric("seadragon_host_memory_available_bytes"),
                static_cast<double>(memory->available_bytes));
    if (const auto swap = parse_swap(text)) {
      samples.add(metric("seadragon_host_memory_swap_total_bytes"),
                  static_cast<double>(swap->total_bytes));
      samples.add(metric("seadragon_host_memory_swap_free_bytes"),
                  static_cast<double>(swap->free_bytes));
    }
    if (vmstat.oom_kills) {
      samples.add(metric("seadragon_host_oom_kills_total"), static_cast<double>(*vmstat.oom_kills));
    }
  }

 private:
  /// Not every container has the file.
  Vmstat read_vmstat() const {
    const auto text = proc_.find("vmstat");
    if (!text) return {};
    const auto vmstat = parse_vmstat(*text);
    if (!vmstat) throw std::runtime_error(proc_.path("vmstat") + ": malformed");
    return *vmstat;
  }

  ProcFiles proc_;
};

}  // namespace

std::unique_ptr<Collector> make_memory_collector(ProcFiles proc) {
  return std::make_unique<MemoryCollector>(std::move(proc));
}

}  // namespace seadragon::exporter
