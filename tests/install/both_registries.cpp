// A server with metrics of prometheus-cpp and of ours: both on one page.
#include <iostream>
#include <memory>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>
#include <seadragon/monitoring/exposition.h>
#include <seadragon/monitoring/prometheus.h>
#include <seadragon/monitoring/registry.h>

int main() {
  const auto stock = std::make_shared<prometheus::Registry>();
  prometheus::BuildCounter()
      .Name("stock_events_total")
      .Help("Events.")
      .Register(*stock)
      .Add({})
      .Increment();

  seadragon::monitoring::Registry registry;
  registry.counter("own_events_total", "Events.").increment();

  seadragon::monitoring::Exposition page;
  page.add(registry).add(seadragon::monitoring::prometheus_source(stock));
  std::cout << page.answer({}).body;
}
