/// As much of PromQL as is needed to see which series and labels an expression names.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace seadragon::tests {

/// A series in an expression, such as name{label="value"}.
struct Selector {
  std::string name;
  std::set<std::string> labels;
};

/// The selectors of our own series and views: those with `seadragon` in their name, and
/// `process_*`.
std::vector<Selector> selectors_of(const std::string& expression);

/// The labels in by (...), without (...), on (...), ignoring (...) and group_left (...).
std::set<std::string> grouping_labels_of(const std::string& expression);

/// The same text for expressions that mean the same but for white space.
std::string normalised(const std::string& expression);

}  // namespace seadragon::tests
