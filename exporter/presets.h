/// Which metrics of which LLM server say how busy it is.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace seadragon::exporter {

/// Series of one metric.
struct Selector {
  std::string name;

  /// Series with this value of this label only; no label: all.
  std::string label = {};
  std::string value = {};

  /// As PromQL writes it: `name` or `name{label="value"}`.
  std::string text() const;

  bool operator==(const Selector&) const = default;
};

/// Reads what Selector::text() writes, with blanks or without; nullopt for anything else. A value
/// with a quote or a backslash is not read.
std::optional<Selector> parse_selector(std::string_view text);

/// How a number is read off a page.
struct Quantity {
  enum class Together {
    sum,   ///< Requests, tokens.
    mean,  ///< Shares.
  };

  /// Newest first: servers rename their metrics, so the first that a page has series of counts.
  /// None: the server does not tell.
  std::vector<Selector> from = {};
  Together together = Together::sum;  ///< Of the series that there are.

  bool operator==(const Quantity&) const = default;
};

struct Preset {
  std::string name;
  Quantity queue_length;       ///< Requests that wait.
  Quantity active_requests;    ///< Requests being processed.
  Quantity kv_cache_usage;     ///< Share of the key-value cache in use, 0 to 1.
  Quantity prompt_tokens;      ///< Read since the server started.
  Quantity completion_tokens;  ///< Produced since the server started.

  bool operator==(const Preset&) const = default;
};

/// All presets.
std::span<const Preset> presets();

/// nullptr when there is none of that name.
const Preset* find_preset(std::string_view name);

}  // namespace seadragon::exporter
