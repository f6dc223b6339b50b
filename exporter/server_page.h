/// Reads the numbers of a preset off the page of an LLM server.
#pragma once

#include <optional>
#include <string_view>

#include "exporter/presets.h"

namespace seadragon::exporter {

struct FoundNumber {
  double value;
  std::string_view metric;  ///< Which of the names it has; lives as long as the quantity.
};

/// A number that the preset has. nullopt when the page has none of its names, or it has none.
///
/// Of the ranks that work on one model together (tp_rank, pp_rank, moe_ep_rank) each tells of the
/// same requests: the largest counts. Where series have a label `priority`, the one in which it is
/// empty is the total, and counts alone. A series with a label `pid`, one for each worker process,
/// may tell of the same requests as another, so it is refused.
///
/// Throws std::runtime_error when a line of the metric is malformed or its number is none.
std::optional<FoundNumber> find_number(std::string_view page, const Quantity& quantity);

/// The same where it is needed: throws when the page has none of the names. A server that changed
/// its names would seem idle for ever.
FoundNumber read_number(std::string_view page, const Quantity& quantity);

}  // namespace seadragon::exporter
