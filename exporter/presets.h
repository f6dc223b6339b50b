/// Which metrics of which LLM server say how busy it is.
#pragma once

#include <span>
#include <string_view>

namespace seadragon::exporter {

/// Names of the metric that carries a number, newest first: servers rename their metrics, so the
/// first one that a page holds counts. The number is the sum over all its series.
using MetricNames = std::span<const std::string_view>;

struct Preset {
  std::string_view name;
  MetricNames queue_length;     ///< Requests that wait.
  MetricNames active_requests;  ///< Requests being processed.
};

/// All presets; what they point to lives as long as the program.
std::span<const Preset> presets();

/// nullptr when there is none of that name.
const Preset* find_preset(std::string_view name);

}  // namespace seadragon::exporter
