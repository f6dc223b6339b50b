#include <cstddef>
#include <stdexcept>
#include <utility>

#include "exporter/collectors/collectors.h"
#include "exporter/proc/net_dev.h"
#include "lib/src/catalog.h"

namespace seadragon::exporter {
namespace {

using monitoring::metric;

// A machine full of containers has one interface for each of them.
constexpr std::size_t most_interfaces = 64;

/// What stays within the machine: loopback, and this side of the interfaces of containers.
bool stays_within(std::string_view interface) {
  return interface == "lo" || interface.starts_with("veth");
}

class NetworkCollector : public Collector {
 public:
  explicit NetworkCollector(ProcFiles proc) : proc_(std::move(proc)) {}

  std::string_view name() const override { return "network"; }

  void collect(monitoring::Samples& samples, const monitoring::Scrape&) override {
    const std::string text = proc_.read("net/dev");
    const auto interfaces = parse_net_dev(text);
    if (!interfaces) throw std::runtime_error(proc_.path("net/dev") + ": malformed");
    std::size_t added = 0;
    for (const NetworkInterface& each : *interfaces) {
      if (stays_within(each.name) || ++added > most_interfaces) continue;
      const auto add = [&](const monitoring::MetricSpec& spec, std::uint64_t value) {
        samples.add(spec, static_cast<double>(value), {each.name});
      };
      add(metric("seadragon_host_network_receive_bytes_total"), each.received_bytes);
      add(metric("seadragon_host_network_transmit_bytes_total"), each.sent_bytes);
      add(metric("seadragon_host_network_receive_errors_total"), each.receive_errors);
      add(metric("seadragon_host_network_transmit_errors_total"), each.send_errors);
    }
  }

 private:
  ProcFiles proc_;
};

}  // namespace

std::unique_ptr<Collector> make_network_collector(ProcFiles proc) {
  return std::make_unique<NetworkCollector>(std::move(proc));
}

}  // namespace seadragon::exporter
