/// Native histograms by their definition, slow and plain.
/// Source: https://prometheus.io/docs/specs/native_histograms/
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <ostream>
#include <utility>
#include <vector>

#include "lib/src/page_writer.h"

namespace seadragon::monitoring::detail {

inline bool operator==(const NativeHistogram& a, const NativeHistogram& b) {
  return a.schema == b.schema && a.zero_threshold == b.zero_threshold &&
         a.zero_count == b.zero_count && a.first == b.first && a.counts == b.counts;
}

inline void PrintTo(const NativeHistogram& histogram, std::ostream* out) {
  *out << "schema " << histogram.schema << ", zeros " << histogram.zero_count << ", from "
       << histogram.first << ':';
  for (const std::uint64_t count : histogram.counts) *out << ' ' << count;
}

inline constexpr int coarsest_schema = -4;

/// The bounds in [0.5, 1), to the digit as Prometheus has them.
inline constexpr std::array finest_bounds = {0.5,
                                             0.5452538663326288,
                                             0.5946035575013605,
                                             0.6484197773255048,
                                             0.7071067811865475,
                                             0.7711054127039704,
                                             0.8408964152537144,
                                             0.9170040432046711};

inline int rounded_up(int index, int halvings) {
  return static_cast<int>(std::ceil(std::ldexp(index, -halvings)));
}

inline double finest_upper_bound(int bucket) {
  const int power = static_cast<int>(std::floor(bucket / 8.0));
  return std::ldexp(finest_bounds.at(static_cast<std::size_t>(bucket - 8 * power)), power + 1);
}

inline int bucket_by_definition(double value, int schema) {
  int power = 0;
  const double fraction = std::frexp(value, &power);
  const auto bound = std::ranges::lower_bound(finest_bounds, fraction) - finest_bounds.begin();
  return rounded_up(8 * (power - 1) + static_cast<int>(bound), 3 - schema);
}

inline double upper_bound(int bucket, int schema) { return std::exp2(std::ldexp(bucket, -schema)); }

/// A histogram of the finest schema.
inline NativeHistogram finest(std::uint64_t zeros, int first = 0,
                              std::vector<std::uint64_t> counts = {}) {
  return {3, 0x1p-128, zeros, first, std::move(counts)};
}

/// The result by definition: the finest schema at which all values fit into a window.
class ExpectedHistogram {
 public:
  void count(double value, std::uint64_t times = 1) {
    if (value <= 0x1p-128) {
      zero_count_ += times;
    } else {
      buckets_[bucket_by_definition(value, 3)] += times;
    }
  }

  NativeHistogram histogram() const {
    NativeHistogram result = finest(zero_count_);
    if (buckets_.empty()) return result;
    int halvings = 0;
    const auto coarser = [&](int bucket) { return rounded_up(bucket, halvings); };
    const int lowest = buckets_.begin()->first, highest = buckets_.rbegin()->first;
    while (coarser(highest) - coarser(lowest) >= 160) ++halvings;
    result.schema -= halvings;
    result.first = coarser(lowest);
    result.counts.resize(static_cast<std::size_t>(coarser(highest) - coarser(lowest) + 1));
    for (const auto& [bucket, count] : buckets_) {
      result.counts.at(static_cast<std::size_t>(coarser(bucket) - result.first)) += count;
    }
    return result;
  }

 private:
  std::map<int, std::uint64_t> buckets_;
  std::uint64_t zero_count_ = 0;
};

}  // namespace seadragon::monitoring::detail
