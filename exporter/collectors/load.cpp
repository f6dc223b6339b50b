#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/proc/loadavg.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

class LoadCollector : public Collector {
 public:
  explicit LoadCollector(ProcFiles proc) : proc_(std::move(proc)) {}

  std::string_view name() const override { return "load"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    const auto load = parse_loadavg(proc_.read("loadavg"));
    if (!load) throw std::runtime_error(proc_.path("loadavg") + ": malformed");
    for (const auto& [window, average] : {std::pair("1m", load->one_minute),
                                          {"5m", load->five_minutes},
                                          {"15m", load->fifteen_minutes}}) {
      samples.add(metric("seadragon_host_load_average"), average, {window});
    }
  }

 private:
  ProcFiles proc_;
};

}  // namespace

std::unique_ptr<Collector> make_load_collector(ProcFiles proc) {
  return std::make_unique<LoadCollector>(std::move(proc));
}

}  // namespace seadragon::exporter
