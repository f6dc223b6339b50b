/// Our families as prometheus-cpp's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include "lib/src/page_writer.h"

namespace seadragon::monitoring::detail {

/// A page that is no text: what a stock Collect() returns. Line breaks in a help become spaces.
class PrometheusPage final : public PageWriter {
 public:
  void family(const FamilyHead& head) override;
  void number(const SeriesHead& series, std::uint64_t value) override;
  void number(const SeriesHead& series, double value) override;
  void histogram(const SeriesHead& series, const HistogramValue& value) override;
  void summary(const SeriesHead& series, const SummaryValue& value) override;

  /// Has no text; see take().
  std::string finish() override { return {}; }

  /// The families so far. The writer holds none afterwards.
  std::vector<::prometheus::MetricFamily> take();

 private:
  ::prometheus::ClientMetric& add(const SeriesHead& series);

  std::vector<::prometheus::MetricFamily> families_;
};

}  // namespace seadragon::monitoring::detail
