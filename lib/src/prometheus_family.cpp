#include "lib/src/prometheus_family.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <prometheus/client_metric.h>
#include <prometheus/metric_type.h>

#include "lib/src/text_format.h"

namespace seadragon::monitoring::detail {
namespace {

using ::prometheus::ClientMetric;

/// Templates, so that versions without Info compile too.
template <class Type>
bool is_info(Type type) {
  if constexpr (requires { Type::Info; }) {
    return type == Type::Info;
  } else {
    return false;
  }
}

template <class Metric>
double info_value(const Metric& metric) {
  if constexpr (requires { metric.info.value; }) {
    return metric.info.value;
  } else {
    return 1;
  }
}

MetricType type_of(::prometheus::MetricType type) {
  using Type = ::prometheus::MetricType;
  if (type == Type::Counter) return MetricType::counter;
  if (type == Type::Gauge || is_info(type)) return MetricType::gauge;
  if (type == Type::Histogram) return MetricType::histogram;
  if (type == Type::Summary) return MetricType::summary;
  return MetricType::untyped;
}

/// Makes our histograms of theirs. Series of a family share their bounds, as a rule: whatever was
/// made for one serves the next.
class HistogramReader {
 public:
  /// Valid until the next call. Bounds that do not ascend are passed over, counts that fall are
  /// held: a page must not depend on the care of every Collectable.
  HistogramValue read(const ClientMetric::Histogram& histogram) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    used_ = 0;
    cumulated_ = 0;
    for (const ClientMetric::Bucket& bucket : histogram.bucket) {
      const double bound = bucket.upper_bound;
      if (bound < infinity && (used_ == 0 || bound > upper_[used_ - 1])) {
        add(bound, bucket.cumulative_count);
      }
    }
    add(infinity, histogram.sample_count);
    HistogramValue value;
    value.upper = {upper_.data(), used_};
    value.le = {le_.data(), used_};
    value.buckets = {buckets_.data(), used_};
    value.count = cumulated_;
    value.sum = histogram.sample_sum;
    return value;
  }

 private:
  void add(double bound, std::uint64_t cumulated) {
    if (used_ == upper_.size()) {
      upper_.push_back(std::numeric_limits<double>::quiet_NaN());  // differs from every bound
      le_.emplace_back();
      buckets_.emplace_back();
    }
    if (upper_[used_] != bound) {
      upper_[used_] = bound;
      le_[used_].assign("le=\"");
      append_bound(le_[used_], bound);
      le_[used_] += '"';
    }
    cumulated = std::max(cumulated, cumulated_);
    buckets_[used_++] = cumulated - cumulated_;
    cumulated_ = cumulated;
  }

  std::vector<double> upper_;
  std::vector<std::string> le_;
  std::vector<std::uint64_t> buckets_;
  std::size_t used_ = 0;
  std::uint64_t cumulated_ = 0;
};

class SummaryReader {
 public:
  /// Valid until the next call.
  SummaryValue read(const ClientMetric::Summary& summary) {
    quantiles_.clear();
    for (const ClientMetric::Quantile& quantile : summary.quantile) {
      quantiles_.push_back({quantile.quantile, quantile.value});
    }
    return {quantiles_, summary.sample_count, summary.sample_sum};
  }

 private:
  std::vector<SummaryValue::Quantile> quantiles_;
};

}  // namespace

PrometheusFamily::PrometheusFamily(const ::prometheus::MetricFamily& family,
                                   std::shared_ptr<const void> owner)
    : family_(family),
      owner_(std::move(owner)),
      name_(family.name + (is_info(family.type) ? "_info" : "")),
      help_(valid_utf8(family.help)),
      type_(type_of(family.type)) {}

FamilyHead PrometheusFamily::head() const { return {name_, help_, type_}; }

void PrometheusFamily::write(PageWriter& page) const {
  const bool info = is_info(family_.type);
  HistogramReader histograms;
  SummaryReader summaries;
  std::string labels;
  for (const ClientMetric& metric : family_.metric) {
    labels.clear();
    for (const ClientMetric::Label& label : metric.label) {
      append_label(labels, label.name, label.value);
    }
    const SeriesHead series{labels, 0, metric.timestamp_ms};
    switch (type_) {
      case MetricType::counter:
        page.number(series, metric.counter.value);
        break;
      case MetricType::gauge:
        page.number(series, info ? info_value(metric) : metric.gauge.value);
        break;
      case MetricType::histogram:
        page.histogram(series, histograms.read(metric.histogram));
        break;
      case MetricType::summary:
        page.summary(series, summaries.read(metric.summary));
        break;
      case MetricType::untyped:
        page.number(series, metric.untyped.value);
        break;
    }
  }
}

std::size_t PrometheusFamily::text_size() const {
  constexpr std::size_t value = 24;   // a number with all its digits, space and line break
  constexpr std::size_t suffix = 30;  // _bucket, le="..." or quantile="...", braces
  std::size_t size = 2 * name_.size() + help_.size() + 32;
  for (const ClientMetric& metric : family_.metric) {
    std::size_t line = name_.size() + value + suffix;
    for (const ClientMetric::Label& label : metric.label) {
      line += label.name.size() + label.value.size() + 4;
    }
    if (metric.timestamp_ms != 0) line += value;
    // Three more for sum, count and a bucket +Inf that may be missing.
    size += line * (type_ == MetricType::histogram ? metric.histogram.bucket.size() + 3
                    : type_ == MetricType::summary ? metric.summary.quantile.size() + 3
                                                   : 1);
  }
  return size;
}

}  // namespace seadragon::monitoring::detail
