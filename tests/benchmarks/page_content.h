/// The same series with the same values in a registry of prometheus-cpp and in one of ours.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <seadragon/monitoring/registry.h>

namespace seadragon::bench {

/// Threads that recorded, each with cells of its own: what a page has to add up.
inline constexpr std::size_t recording_threads = 4;

/// How the lines of a page are divided: 30 % counters, 10 % gauges, the rest histograms.
struct PageShape {
  explicit PageShape(std::size_t lines);

  std::size_t counters, gauges, histograms;
  std::size_t lines;  ///< What comes out: a histogram is one for each bucket and two more.
};

/// Of ten families of counters, five of gauges, ten of histograms; three labels each.
class StockPage {
 public:
  explicit StockPage(const PageShape& shape);
  void fill();
  void forget_handles();  ///< What is in memory afterwards is the registry's.

  const std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();

 private:
  std::vector<prometheus::Counter*> counters_;
  std::vector<prometheus::Gauge*> gauges_;
  std::vector<prometheus::Histogram*> histograms_;
};

class OurPage {
 public:
  explicit OurPage(const PageShape& shape);
  void fill();
  void forget_handles();

  monitoring::Registry registry;

 private:
  std::vector<monitoring::Counter> counters_;
  std::vector<monitoring::Gauge> gauges_;
  std::vector<monitoring::Histogram> histograms_;
};

}  // namespace seadragon::bench
