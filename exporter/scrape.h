/// Turns the collectors into one page, whatever becomes of each of them.
#pragma once

#include <chrono>
#include <cstddef>
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
  /// thread. Scrapes at the same time wait for one another, and share one gathering: one that was
  /// asked for before the last gathering ended gets that.
  ///
  /// The query may choose: `collect[]=cpu` these collectors alone, `exclude[]=disk` all others.
  /// Throws std::invalid_argument for both together, and for a collector that does not run.
  monitoring::ExpositionAnswer page(const monitoring::Scrape& scrape);

  /// Their names, in the order in which they run.
  std::vector<std::string_view> collectors() const;

 private:
  struct Entry {
    std::unique_ptr<Collector> collector;
    bool failing = false;
  };
  struct Gathered {
    std::vector<std::size_t> chosen;
    std::shared_ptr<const monitoring::Samples> samples;
    std::chrono::steady_clock::time_point ended;
  };

  std::vector<std::size_t> choose(std::string_view query) const;
  void gather(const monitoring::Scrape& scrape, std::vector<std::size_t> chosen);
  void run(Entry& entry, monitoring::Samples& samples, const monitoring::Scrape& scrape);

  std::mutex one_at_a_time_;
  Gathered last_{};
  std::vector<Entry> entries_;
  StateChange on_change_;
};

}  // namespace seadragon::exporter
