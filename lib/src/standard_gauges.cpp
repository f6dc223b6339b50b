#include "lib/src/standard_gauges.h"

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "lib/src/standard_names.h"

namespace seadragon::monitoring::detail {
namespace {

void read(Families& families, const StandardGauge& gauge, std::function<double()> value) {
  SeriesFamily& family = families.family(FamilyShape{
      .name = std::string(gauge.name), .type = MetricType::gauge, .help = std::string(gauge.help)});
  if (family.size() == 0) families.read(family, {}, std::move(value));
}

}  // namespace

void expose_totals(Families& families, const Ledgers& ledgers) {
  read(families, total_queued_requests,
       [&ledgers] { return static_cast<double>(ledgers.waiting()); });
  read(families, total_running_requests,
       [&ledgers] { return static_cast<double>(ledgers.running()); });
}

void expose_kv_cache_utilization(Families& families) {
  const SeriesFamily& usages = families.family(metric("seadragon_generation_kv_cache_usage_ratio"));
  read(families, kv_cache_utilization, [&usages] {
    double sum = 0;
    std::size_t models = 0;
    usages.each([&](const Series& series) {
      sum += series.level->load(std::memory_order_relaxed);
      ++models;
    });
    return sum / static_cast<double>(models);
  });
}

}  // namespace seadragon::monitoring::detail
