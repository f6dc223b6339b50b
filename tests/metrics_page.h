/// Reads a metrics page the way a test asks for it.
#pragma once

#include <charconv>
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

}  // namespace seadragon::tests
