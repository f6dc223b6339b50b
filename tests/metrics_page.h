/// Reads a metrics page the way a test asks for it.
#pragma once

#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace seadragon::tests {

/// The value of a series, written as it stands on the page: `name{a="b"}`. nullopt if it is absent.
inline std::optional<double> value_of(std::string_view page, std::string_view series) {
  const std::string line_start = '\n' + std::string(series) + ' ';
  const auto found = page.find(line_start);
  if (found == std::string_view::npos) return std::nullopt;
  const std::string_view rest = page.substr(found + line_start.size());
  double value = 0;
  std::from_chars(rest.data(), rest.data() + rest.find('\n'), value);
  return value;
}

/// The samples of a metric that has labels by their series, as they are written: `name{a="b"}`.
inline std::map<std::string, double> values_of(std::string_view page, std::string_view metric) {
  const std::string line_start = '\n' + std::string(metric) + '{';
  std::map<std::string, double> values;
  for (auto at = page.find(line_start); at != page.npos; at = page.find(line_start, at + 1)) {
    const std::string_view line = page.substr(at + 1, page.find('\n', at + 1) - at - 1);
    const std::size_t space = line.rfind(' ');
    std::from_chars(line.data() + space + 1, line.data() + line.size(),
                    values[std::string(line.substr(0, space))]);
  }
  return values;
}

/// The sum of all series of a metric, which has labels.
inline double sum_of(std::string_view page, std::string_view metric) {
  double sum = 0;
  for (const auto& [series, value] : values_of(page, metric)) sum += value;
  return sum;
}

/// The HTTP requests whose label `status` is 400 or above.
inline double errors_by_status(std::string_view page) {
  double errors = 0;
  for (const auto& [series, value] : values_of(page, "seadragon_http_requests_total")) {
    const bool is_error = series.find("status=\"4") != series.npos ||  //
                          series.find("status=\"5") != series.npos;
    if (is_error) errors += value;
  }
  return errors;
}

}  // namespace seadragon::tests
