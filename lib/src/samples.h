/// The values of one scrape, gathered afresh each time, and the page they make.
#pragma once

#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>

#include "lib/src/metric_spec.h"

namespace seadragon::monitoring {

/// Nothing outlives a scrape here, so nothing can go stale. One thread at a time.
class Samples {
 public:
  /// Adds a series of a counter or gauge; `label_values` follow the order of `spec.labels`, as many
  /// as there are. Throws std::logic_error when their number differs, or for a histogram.
  void add(const MetricSpec& spec, double value,
           std::initializer_list<std::string_view> label_values = {});

  /// The Prometheus text format 0.0.4, families in the order of their first sample.
  std::string text() const;

 private:
  struct Family {
    const MetricSpec* spec;
    std::string lines;
  };
  std::deque<Family> families_;
};

}  // namespace seadragon::monitoring
