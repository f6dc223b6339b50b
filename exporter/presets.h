/// Which metrics of which LLM server say how busy it is.
#pragma once

#include <span>
#include <string_view>

namespace seadragon::exporter {

/// Names of one metric, newest first: servers rename their metrics, so the first one that a page
/// holds counts.
using MetricNames = std::span<const std::string_view>;

/// How a number is read off a page, out of as many series as the metric has.
struct Quantity {
  enum class Together {
    sum,   ///< Requests, tokens.
    mean,  ///< Shares.
  };

  MetricNames names = {};  ///< None: the server does not tell.
  Together together = Together::sum;

  /// Series with this value of this label only; no label: all.
  std::string_view label = {};
  std::string_view value = {};
};

struct Preset {
  std::string_view name;
  Quantity queue_length;       ///< Requests that wait.
  Quantity active_requests;    ///< Requests being processed.
  Quantity kv_cache_usage;     ///< Share of the key-value cache in use, 0 to 1.
  Quantity prompt_tokens;      ///< Read since the server started.
  Quantity completion_tokens;  ///< Produced since the server started.
};

/// All presets; what they point to lives as long as the program.
std::span<const Preset> presets();

/// nullptr when there is none of that name.
const Preset* find_preset(std::string_view name);

}  // namespace seadragon::exporter
