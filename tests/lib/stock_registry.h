/// A registry of prometheus-cpp, and the samples that pages in text format have in common.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/summary.h>
#include <prometheus/text_serializer.h>

namespace seadragon::tests {

/// A number as both serializers mean it: theirs has 16 digits, ours as many as it needs.
inline std::string canonical(const std::string& number) {
  std::ostringstream text;
  text.precision(15);
  text << std::strtod(number.c_str(), nullptr);
  return text.str();
}

/// The samples of a page in text format, whose order and spelling of numbers do not matter: name
/// and labels to value and timestamp. A sample that stands twice is two.
inline std::multimap<std::string, std::string> samples(const std::string& page) {
  std::multimap<std::string, std::string> found;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t labels_end = line.rfind('}');
    std::string series =
        line.substr(0, labels_end == std::string::npos ? line.find(' ') : labels_end + 1);
    std::istringstream rest(line.substr(series.size()));
    std::string value, timestamp;
    rest >> value >> timestamp;
    // The label `le` or `quantile`, whose value is a number.
    constexpr std::string_view number = "le=\"";
    if (const std::size_t at = series.rfind(number); at != std::string::npos) {
      const std::size_t begin = at + number.size();
      const std::size_t length = series.find('"', begin) - begin;
      series.replace(begin, length, canonical(series.substr(begin, length)));
    }
    found.emplace(std::move(series), canonical(value) + " " + timestamp);
  }
  return found;
}

inline std::string stock_text(const std::vector<::prometheus::MetricFamily>& families) {
  return ::prometheus::TextSerializer().Serialize(families);
}

/// Every instrument, and what is hard to write.
inline std::shared_ptr<::prometheus::Registry> stock_registry() {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  auto registry = std::make_shared<::prometheus::Registry>();
  auto& counters = ::prometheus::BuildCounter()
                       .Name("app_events_total")
                       .Help("Events.")
                       .Labels({{"site", "north"}})
                       .Register(*registry);
  counters.Add({}).Increment(3);
  counters.Add({{"kind", "C:\\a \"b\"\nc"}}).Increment(0.1 + 0.2);
  counters.Add({{"kind", "a}b,c=\"d\""}}).Increment(9007199254740993.0);

  auto& gauges = ::prometheus::BuildGauge().Name("app_level").Help("Level.").Register(*registry);
  gauges.Add({{"tank", "nan"}}).Set(std::nan(""));
  gauges.Add({{"tank", "full"}}).Set(infinity);
  gauges.Add({{"tank", "empty"}}).Set(-infinity);
  gauges.Add({{"tank", "tiny"}}).Set(-5e-324);
  gauges.Add({{"tank", "large"}}).Set(1.5e300);

  auto& histograms =
      ::prometheus::BuildHistogram().Name("app_wait_seconds").Help("Wait.").Register(*registry);
  using Bounds = ::prometheus::Histogram::BucketBoundaries;
  auto& waits = histograms.Add({}, Bounds{-1, 0, 0.1, 1, 2.5e6});
  for (const double value : {-3.0, 0.0, 0.05, 0.1, 0.7, 1e9}) waits.Observe(value);
  histograms.Add({{"queue", "chat"}}, Bounds{0.5, 0.75, 1, 2, 4}).Observe(0.6);
  histograms.Add({{"queue", "none"}}, Bounds{});

  auto& summaries =
      ::prometheus::BuildSummary().Name("app_size_bytes").Help("Size.").Register(*registry);
  auto& sizes =
      summaries.Add({}, ::prometheus::Summary::Quantiles{{0.5, 0.05}, {0.9, 0.01}, {0.999, 0.001}});
  for (int size = 1; size <= 100; ++size) sizes.Observe(size * 0.37);
  summaries.Add({{"kind", "unseen"}}, ::prometheus::Summary::Quantiles{{0.5, 0.05}});

  ::prometheus::BuildCounter().Name("app_unused_total").Help("None.").Register(*registry);
  return registry;
}

}  // namespace seadragon::tests
