#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "exporter/collectors/collectors.h"
#include "exporter/proc/stat.h"
#include "exporter/ratchet.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

// Steps back of idle and iowait are a few ticks; a CPU that leaves takes more with it.
constexpr double tolerated_step_seconds = 3;

struct Mode {
  std::string_view name;
  std::uint64_t CpuTicks::*ticks;
  Ratchet seconds{tolerated_step_seconds};
};

class CpuCollector : public Collector {
 public:
  explicit CpuCollector(ProcFiles proc) : proc_(std::move(proc)) {}

  std::string_view name() const override { return "cpu"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    const auto ticks = parse_stat(proc_.read("stat"));
    if (!ticks) throw std::runtime_error(proc_.path("stat") + ": malformed");
    for (Mode& mode : modes_) {
      const double seconds = static_cast<double>((*ticks).*mode.ticks) / ticks_per_second_;
      samples.add(metric("seadragon_host_cpu_seconds_total"), mode.seconds.follow(seconds),
                  {mode.name});
    }
  }

 private:
  ProcFiles proc_;
  double ticks_per_second_ = static_cast<double>(sysconf(_SC_CLK_TCK));
  std::array<Mode, 8> modes_{{{"user", &CpuTicks::user},
                              {"nice", &CpuTicks::nice},
                              {"system", &CpuTicks::system},
                              {"idle", &CpuTicks::idle},
                              {"iowait", &CpuTicks::iowait},
                              {"irq", &CpuTicks::irq},
                              {"softirq", &CpuTicks::softirq},
                              {"steal", &CpuTicks::steal}}};
};

}  // namespace

std::unique_ptr<Collector> make_cpu_collector(ProcFiles proc) {
  return std::make_unique<CpuCollector>(std::move(proc));
}

}  // namespace seadragon::exporter
