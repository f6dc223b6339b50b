#include "exporter/scrape.h"

#include <chrono>
#include <exception>
#include <utility>

#include "lib/src/catalog.h"
#include "lib/src/version.h"

namespace seadragon::exporter {

using monitoring::metric;
using std::chrono::steady_clock;

Scraper::Scraper(std::vector<std::unique_ptr<Collector>> collectors, StateChange on_change)
    : on_change_(std::move(on_change)) {
  for (auto& collector : collectors) entries_.push_back({.collector = std::move(collector)});
}

monitoring::ExpositionAnswer Scraper::page(const monitoring::Scrape& scrape) {
  const std::lock_guard lock(one_at_a_time_);
  const auto samples = std::make_shared<monitoring::Samples>();
  for (Entry& entry : entries_) run(entry, *samples, scrape);
  samples->add(metric("seadragon_build_info"), 1, {monitoring::version});
  return monitoring::Exposition().add(samples).answer(scrape.request);
}

std::vector<std::string_view> Scraper::collectors() const {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries_) names.push_back(entry.collector->name());
  return names;
}

void Scraper::run(Entry& entry, monitoring::Samples& samples, const monitoring::Scrape& scrape) {
  const std::string_view name = entry.collector->name();
  std::optional<std::string> failure;
  const auto start = steady_clock::now();
  try {
    entry.collector->collect(samples, scrape);
  } catch (const std::exception& thrown) {
    failure = thrown.what();
  }
  const std::chrono::duration<double> taken = steady_clock::now() - start;

  samples.add(metric("seadragon_exporter_collector_success"), failure ? 0 : 1, {name});
  samples.add(metric("seadragon_exporter_collector_duration_seconds"), taken.count(), {name});
  if (failure.has_value() != entry.failing) on_change_(name, failure);
  entry.failing = failure.has_value();
}

}  // namespace seadragon::exporter
