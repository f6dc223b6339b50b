/// Repeated measurements of one thing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace seadragon::bench {

class Timings {
 public:
  void add(double value) { sorted_.insert(std::ranges::upper_bound(sorted_, value), value); }

  bool empty() const noexcept { return sorted_.empty(); }
  std::size_t size() const noexcept { return sorted_.size(); }

  // Of at least one value.
  double median() const { return quantile(0.5); }
  double lower_quartile() const { return quantile(0.25); }
  double upper_quartile() const { return quantile(0.75); }

  /// The value below which this share of the values lies.
  double quantile(double share) const {
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted_.size()));
    return sorted_.at(std::min(rank, sorted_.size() - 1));
  }

 private:
  std::vector<double> sorted_;
};

/// One thing measured in two ways, in turns.
struct Compared {
  Timings reference;
  Timings ours;

  bool complete() const noexcept { return !reference.empty() && !ours.empty(); }
  double ratio() const { return reference.median() / ours.median(); }
};

}  // namespace seadragon::bench
