/// Reads the metrics page of another program: the Prometheus text format 0.0.4, and what
/// OpenMetrics 1.0 adds to its sample lines (exemplars, timestamps in seconds).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seadragon::exporter {

struct Label {
  std::string name;
  std::string value;  ///< Unescaped.
};

/// One series of a page. Its timestamp and exemplar are checked and dropped.
struct Series {
  std::string_view name;  ///< Points into the page.
  std::vector<Label> labels;
  double value;  ///< May be NaN or infinite.
};

/// One line, such as `vllm:num_requests_waiting{engine="0"} 3`. nullopt for a comment, an empty or
/// a malformed line.
std::optional<Series> parse_series(std::string_view line);

/// All series called `name`, in the order of the page; none when the page has no such metric.
/// nullopt when a line of that name is malformed. Lines of other metrics may hold anything, because
/// a server's slip in one metric must not cost another.
std::optional<std::vector<Series>> find_series(std::string_view page, std::string_view name);

}  // namespace seadragon::exporter
