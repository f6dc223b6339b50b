/// Reads numbers off a metrics page.
#pragma once

#include <map>
#include <string>

namespace tests {

/// The samples of a family by their series, as they are written: `name{label="value"}`.
std::map<std::string, double> values_of(const std::string& page, const std::string& name);

/// The value of one series, NaN when it is not there.
double value_of(const std::string& page, const std::string& series);

}  // namespace tests
