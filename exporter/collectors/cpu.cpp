#include <array>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
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

/// The counters of one line.
class Modes {
 public:
  /// Calls `add(mode, seconds)` for each mode.
  template <typename Add>
  void follow(const CpuTicks& ticks, double ticks_per_second, const Add& add) {
    for (Mode& mode : modes_) {
      const double seconds = static_cast<double>(ticks.*mode.ticks) / ticks_per_second;
      add(mode.name, mode.seconds.follow(seconds));
    }
  }

 private:
  std::array<Mode, 8> modes_{{{"user", &CpuTicks::user},
                              {"nice", &CpuTicks::nice},
                              {"system", &CpuTicks::system},
                              {"idle", &CpuTicks::idle},
                              {"iowait", &CpuTicks::iowait},
                              {"irq", &CpuTicks::irq},
                              {"softirq", &CpuTicks::softirq},
                              {"steal", &CpuTicks::steal}}};
};

class CpuCollector : public Collector {
 public:
  CpuCollector(ProcFiles proc, bool per_cpu) : proc_(std::move(proc)), per_cpu_(per_cpu) {}

  std::string_view name() const override { return "cpu"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    const std::string text = proc_.read("stat");
    const auto ticks = parse_stat(text);
    if (!ticks) throw std::runtime_error(proc_.path("stat") + ": malformed");
    all_.follow(*ticks, ticks_per_second_, [&](std::string_view mode, double seconds) {
      samples.add(metric("seadragon_host_cpu_seconds_total"), seconds, {mode});
    });
    if (per_cpu_) add_each(samples, text);
  }

 private:
  void add_each(monitoring::Samples& samples, std::string_view text) {
    const auto cpus = parse_stat_per_cpu(text);
    if (!cpus) throw std::runtime_error(proc_.path("stat") + ": malformed");
    for (const auto& [number, ticks] : *cpus) {
      const std::string cpu = std::to_string(number);
      each_[number].follow(ticks, ticks_per_second_, [&](std::string_view mode, double seconds) {
        samples.add(metric("seadragon_host_per_cpu_seconds_total"), seconds, {cpu, mode});
      });
    }
  }

  const ProcFiles proc_;
  const bool per_cpu_;
  const double ticks_per_second_ = static_cast<double>(sysconf(_SC_CLK_TCK));
  Modes all_;
  std::map<std::uint64_t, Modes> each_;
};

}  // namespace

std::unique_ptr<Collector> make_cpu_collector(ProcFiles proc, bool per_cpu) {
  return std::make_unique<CpuCollector>(std::move(proc), per_cpu);
}

}  // namespace seadragon::exporter
