/// Turns the collectors into one page, whatever becomes of each of them.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <seadragon/monitoring/endpoint.h>

#include "exporter/collector.h"

namespace seadragon::exporter {

class Scraper {
 public:
  /// Told when a collector begins to fail, with the reason, and when it delivers again (nullopt);
  /// not at every scrape.
  using StateChange =
      std::function<void(std::string_view collector, const std::optional<std::string>& failure)>;

  Scraper(std::vector<std::unique_ptr<Collector>> collectors, StateChange on_change);

  /// Gathers afresh. Adds success and duration of every collector and seadragon_build_info. Any
  /// thread; scrapes at the same time wait for one another.
  monitoring::ExpositionAnswer page(const monitoring::Scrape& scrape);

  /// Their names, in the order in which they run.
  std::vector<std::string_view> collectors() const;

 private:
  struct Entry {
    std::unique_ptr<Collector> collector;
    bool failing = false;
  };

  void run(Entry& entry, monitoring::Samples& samples, const monitoring::Scrape& scrape);

  std::mutex one_at_a_time_;
  std::vector<Entry> entries_;
  StateChange on_change_;
};

}  // namespace seadragon::exporter
