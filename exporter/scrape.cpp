#include "exporter/scrape.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "lib/src/catalog.h"
#include "lib/src/exposition_request.h"
#include "lib/src/in_quotes.h"
#include "lib/src/version.h"

namespace seadragon::exporter {

using monitoring::metric;
using std::chrono::steady_clock;

Scraper::Scraper(std::vector<std::unique_ptr<Collector>> collectors, StateChange on_change)
    : on_change_(std::move(on_change)) {
  for (auto& collector : collectors) entries_.push_back({.collector = std::move(collector)});
}

monitoring::ExpositionAnswer Scraper::page(const monitoring::Scrape& scrape) {
  std::vector<std::size_t> chosen = choose(scrape.request.query);
  const std::lock_guard lock(one_at_a_time_);
  const bool was_under_way = last_.samples != nullptr && scrape.asked < last_.ended;
  if (!was_under_way || last_.chosen != chosen) gather(scrape, std::move(chosen));
  return monitoring::Exposition().add(last_.samples).answer(scrape.request);
}

std::vector<std::size_t> Scraper::choose(std::string_view query) const {
  const std::vector<std::string> wanted = monitoring::detail::query_values(query, "collect[]");
  const std::vector<std::string> unwanted = monitoring::detail::query_values(query, "exclude[]");
  if (!wanted.empty() && !unwanted.empty()) {
    throw std::invalid_argument("collect[] and exclude[] exclude each other");
  }
  const std::vector<std::string>& named = wanted.empty() ? unwanted : wanted;
  for (const std::string& name : named) {
    const auto is_named = [&](const Entry& entry) { return entry.collector->name() == name; };
    if (std::ranges::none_of(entries_, is_named)) {
      throw std::invalid_argument("no collector " + monitoring::detail::in_quotes(name) + " runs");
    }
  }
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const bool is_named = std::ranges::find(named, entries_[i].collector->name()) != named.end();
    if (named.empty() || is_named == !wanted.empty()) chosen.push_back(i);
  }
  return chosen;
}

void Scraper::gather(const monitoring::Scrape& scrape, std::vector<std::size_t> chosen) {
  auto samples = std::make_shared<monitoring::Samples>();
  for (const std::size_t i : chosen) run(entries_[i], *samples, scrape);
  samples->add(metric("seadragon_build_info"), 1, {monitoring::version});
  last_ = {
      .chosen = std::move(chosen), .samples = std::move(samples), .ended = steady_clock::now()};
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
