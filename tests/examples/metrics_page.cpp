#include "tests/examples/metrics_page.h"

#include <cmath>
#include <sstream>

namespace tests {

std::map<std::string, double> values_of(const std::string& page, const std::string& name) {
  std::map<std::string, double> values;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (!line.starts_with(name) || space == std::string::npos) continue;
    if (line[name.size()] != '{' && line[name.size()] != ' ') continue;
    values[line.substr(0, space)] = std::stod(line.substr(space + 1));
  }
  return values;
}

double value_of(const std::string& page, const std::string& series) {
  const auto values = values_of(page, series.substr(0, series.find('{')));
  const auto value = values.find(series);
  return value == values.end() ? std::nan("") : value->second;
}

}  // namespace tests
