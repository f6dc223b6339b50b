#include "lib/src/standard_gauges.h"

#include <cstddef>
#include <string>

#include "lib/src/standard_names.h"

namespace seadragon::monitoring::detail {
namespace {

SeriesFamily& family_of(Families& families, const StandardGauge& gauge) {
  return families.family(FamilyShape{
      .name = std::string(gauge.name), .type = MetricType::gauge, .help = std::string(gauge.help)});
}

}  // namespace

void expose_totals(Families& families, const Ledgers& ledgers) {
  families.read(family_of(families, total_queued_requests), {},
                [&ledgers] { return static_cast<double>(ledgers.waiting()); });
  families.read(family_of(families, total_running_requests), {},
                [&ledgers] { return static_cast<double>(ledgers.running()); });
  family_of(families, kv_cache_utilization);
}

void expose_kv_cache_utilization(Families& families, const SeriesFamily& usages) {
  SeriesFamily& family = family_of(families, kv_cache_utilization);
  if (family.size() > 0) return;
  families.read(family, {}, [&usages] {
    double sum = 0;
    std::size_t models = 0;
    usages.each([&](const Series& series) {
      sum += series.level->load(std::memory_order_relaxed);
      ++models;
    });
    return models == 0 ? 0 : sum / static_cast<double>(models);
  });
}

}  // namespace seadragon::monitoring::detail
