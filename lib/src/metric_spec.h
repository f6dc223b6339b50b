/// What one metric is: the shape of an entry of the catalog.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

namespace seadragon::monitoring {

/// The catalog has counters, gauges and histograms; the others come from registries not ours.
enum class MetricType { counter, gauge, histogram, summary, untyped };

/// As the exposition format writes it.
constexpr std::string_view type_name(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return "counter";
    case MetricType::gauge:
      return "gauge";
    case MetricType::histogram:
      return "histogram";
    case MetricType::summary:
      return "summary";
    case MetricType::untyped:
      break;
  }
  return "untyped";
}

/// Base units only, as Prometheus asks for; the name of a metric ends in its unit.
enum class Unit { none, seconds, bytes, ratio, watts, joules, celsius };

/// At most four label names: more would multiply into more series than a family should have.
class LabelNames {
 public:
  constexpr LabelNames() = default;
  constexpr LabelNames(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) names_.at(size_++) = name;
  }

  constexpr const std::string_view* begin() const { return names_.data(); }
  constexpr const std::string_view* end() const { return names_.data() + size_; }
  constexpr std::size_t size() const { return size_; }

 private:
  std::array<std::string_view, 4> names_{};
  std::size_t size_ = 0;
};

struct MetricSpec {
  std::string_view name;
  MetricType type;
  Unit unit = Unit::none;
  std::string_view help;  ///< One sentence, ends with a full stop.
  LabelNames labels{};
  std::span<const double> buckets{};  ///< Ascending upper bounds; histograms only.
  std::string_view exemplar_label{};  ///< Histograms that keep exemplars: their label.
};

}  // namespace seadragon::monitoring
