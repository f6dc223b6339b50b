#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/proc/meminfo.h"
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
    samples.add(metric("seadragon_host_memory_total_bytes"),
                static_cast<double>(memory->total_bytes));
    samples.add(metric("seadragon_host_memory_available_bytes"),
                static_cast<double>(memory->available_bytes));
    const auto swap = parse_swap(text);
    if (!swap) return;
    samples.add(metric("seadragon_host_memory_swap_total_bytes"),
                static_cast<double>(swap->total_bytes));
    samples.add(metric("seadragon_host_memory_swap_free_bytes"),
                static_cast<double>(swap->free_bytes));
  }

 private:
  ProcFiles proc_;
};

}  // namespace

std::unique_ptr<Collector> make_memory_collector(ProcFiles proc) {
  return std::make_unique<MemoryCollector>(std::move(proc));
}

}  // namespace seadragon::exporter
