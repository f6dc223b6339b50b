#include "lib/src/prometheus_page.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <prometheus/metric_type.h>

namespace seadragon::monitoring::detail {
namespace {

using ::prometheus::ClientMetric;

::prometheus::MetricType type_of(MetricType type) {
  using Type = ::prometheus::MetricType;
  switch (type) {
    case MetricType::counter:
      return Type::Counter;
    case MetricType::gauge:
      return Type::Gauge;
    case MetricType::histogram:
      return Type::Histogram;
    case MetricType::summary:
      return Type::Summary;
    case MetricType::untyped:
      break;
  }
  return Type::Untyped;
}

/// The stock serializer writes a help as it is, and a line break in it would end the page for
/// Prometheus. Escaping it here would show where prometheus-cpp's families are used otherwise.
std::string one_line(std::string_view help) {
  std::string line(help);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

/// The value at the beginning of `escaped`, which ends with a quote; both are removed.
std::string take_value(std::string_view& escaped) {
  std::string value;
  while (escaped.front() != '"') {
    // All but what needs it, in one go.
    const std::size_t plain = escaped.find_first_of("\\\"");
    value += escaped.substr(0, plain);
    escaped.remove_prefix(plain);
    if (escaped.front() == '\\') {
      value += escaped[1] == 'n' ? '\n' : escaped[1];
      escaped.remove_prefix(2);
    }
  }
  escaped.remove_prefix(1);
  return value;
}

/// Our own text, so that nothing can be wrong with it: `method="GET",route="/"`.
std::vector<ClientMetric::Label> parse_labels(std::string_view text) {
  std::vector<ClientMetric::Label> labels;
  while (!text.empty()) {
    if (!labels.empty()) text.remove_prefix(1);  // the comma
    const std::size_t equals = text.find('=');
    ClientMetric::Label& label = labels.emplace_back();
    label.name = text.substr(0, equals);
    text.remove_prefix(equals + 2);
    label.value = take_value(text);
  }
  return labels;
}

}  // namespace

void PrometheusPage::family(const FamilyHead& head) {
  ::prometheus::MetricFamily& family = families_.emplace_back();
  family.name = head.name;
  family.help = one_line(head.help);
  family.type = type_of(head.type);
}

void PrometheusPage::number(const SeriesHead& series, std::uint64_t value) {
  number(series, static_cast<double>(value));
}

void PrometheusPage::number(const SeriesHead& series, double value) {
  ClientMetric& metric = add(series);
  const ::prometheus::MetricType type = families_.back().type;
  if (type == ::prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else if (type == ::prometheus::MetricType::Gauge) {
    metric.gauge.value = value;
  } else {
    metric.untyped.value = value;
  }
}

void PrometheusPage::histogram(const SeriesHead& series, const HistogramValue& value) {
  ClientMetric::Histogram& histogram = add(series).histogram;
  histogram.sample_count = value.count;
  histogram.sample_sum = value.sum;
  histogram.bucket.reserve(value.buckets.size());
  std::uint64_t cumulated = 0;
  for (std::size_t i = 0; i < value.buckets.size(); ++i) {
    cumulated += value.buckets[i];
    histogram.bucket.push_back({cumulated, value.upper[i]});
  }
}

void PrometheusPage::summary(const SeriesHead& series, const SummaryValue& value) {
  ClientMetric::Summary& summary = add(series).summary;
  summary.sample_count = value.count;
  summary.sample_sum = value.sum;
  summary.quantile.reserve(value.quantiles.size());
  for (const SummaryValue::Quantile& quantile : value.quantiles) {
    summary.quantile.push_back({quantile.quantile, quantile.value});
  }
}

std::vector<::prometheus::MetricFamily> PrometheusPage::take() {
  return std::exchange(families_, {});
}

ClientMetric& PrometheusPage::add(const SeriesHead& series) {
  ClientMetric& metric = families_.back().metric.emplace_back();
  metric.label = parse_labels(series.labels);
  metric.timestamp_ms = series.timestamp;
  return metric;
}

}  // namespace seadragon::monitoring::detail
