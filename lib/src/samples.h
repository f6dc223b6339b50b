/// The values of one scrape, gathered afresh each time, and the page they make.
#pragma once

#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/src/metric_spec.h"
#include "lib/src/page_writer.h"
#include "seadragon/monitoring/exposition.h"

namespace seadragon::monitoring {

/// Nothing outlives a scrape here, so nothing can go stale. One thread at a time.
class Samples final : public ExpositionSource {
 public:
  /// Adds a series of a counter or gauge; `label_values` follow the order of `spec.labels`, as many
  /// as there are. Throws std::logic_error when their number differs, or for a histogram.
  void add(const MetricSpec& spec, double value,
           std::initializer_list<std::string_view> label_values = {});

  /// Adds all of another's.
  void add(const Samples& others);

  /// The families in the order of their first sample. Must outlive the page.
  void collect(detail::PageFamilies& page) const override;

  /// The page in the Prometheus text format 0.0.4.
  std::string text() const;

 private:
  struct Family {
    const MetricSpec* spec;
    std::vector<std::pair<std::string, double>> series;  // labels and value
  };
  class Page;
  std::deque<Family> families_;
};

}  // namespace seadragon::monitoring
