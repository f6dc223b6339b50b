/// The metric catalog: every metric Seadragon exposes, defined once.
///
/// Code registers from it, docs/metrics.md is printed from it, and tests/agreement_test.cpp checks
/// that views, alert rules and dashboards use nothing else. To add a metric, add one entry to one
/// of its parts; catalog.cpp holds it to the naming rules at compile time.
#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "lib/src/catalog_exporter.h"
#include "lib/src/catalog_host.h"
#include "lib/src/catalog_library.h"
#include "lib/src/metric_spec.h"

namespace seadragon::monitoring {

/// What both expose.
inline constexpr MetricSpec build_info = {.name = "seadragon_build_info",
                                          .type = MetricType::gauge,
                                          .help = "Always 1; what was built, in its labels.",
                                          .labels = {"version"}};

inline constexpr auto catalog = [] {
  std::array<MetricSpec,
             std::size(library_metrics) + std::size(host_metrics) + std::size(exporter_metrics) + 1>
      all{};
  auto* end = std::ranges::copy(library_metrics, all.begin()).out;
  end = std::ranges::copy(host_metrics, end).out;
  end = std::ranges::copy(exporter_metrics, end).out;
  *end = build_info;
  return all;
}();

/// The catalog entry called `name`. A name that is not in the catalog does not compile.
consteval const MetricSpec& metric(std::string_view name) {
  for (const MetricSpec& spec : catalog) {
    if (spec.name == name) return spec;
  }
  throw "no such metric in the catalog";
}

}  // namespace seadragon::monitoring
