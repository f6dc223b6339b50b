/// How values are distributed: durations, sizes.
///
///   Histogram wait = registry.histogram("app_wait_seconds", "Time in line.", {0.1, 1, 10});
///   wait.observe(0.42);
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "seadragon/monitoring/detail/histogram_shape.h"

namespace seadragon::monitoring {

namespace detail {
class ExemplarSlots;
}

/// What a histogram keeps of its values.
struct HistogramOptions {
  /// Upper bounds of the buckets: finite, ascending, 1 to 500 of them (1 to 300 with native ones).
  std::vector<double> bounds;

  /// Exponential buckets beside them, 8 per power of two, at most 160 and coarser when these do not
  /// span the values: quantiles without choosing bounds, for a Prometheus that runs with
  /// `--enable-feature=native-histograms`. Values must not be negative. 1.3 KiB per series and
  /// thread.
  bool native = false;

  /// Name of the label under which an exemplar names where a value came from ("trace_id"); each
  /// bucket keeps its newest, and a page may lack one that is being written. Empty: no exemplars.
  std::string exemplar_label;

  HistogramOptions() = default;
  HistogramOptions(std::vector<double> upper) : bounds(std::move(upper)) {}
  HistogramOptions(std::initializer_list<double> upper) : bounds(upper) {}

  HistogramOptions& with_native() {
    native = true;
    return *this;
  }
  HistogramOptions& with_exemplars(std::string label) {
    exemplar_label = std::move(label);
    return *this;
  }
};

/// A handle to one histogram series; copy it freely, use it from any thread. Valid as long as its
/// Registry. A handle made by default observes nothing, one whose series was removed what nobody
/// sees.
///
/// A scrape reads sum and buckets of the same moment, and `_count` is always the sum of the
/// buckets, however busy the writers are.
class Histogram {
 public:
  Histogram() = default;

  /// Adds one value. NaN and infinities are dropped and counted: one would spoil the sum for ever.
  void observe(double value) const noexcept { count(value, 1); }

  /// Adds `times` equal values with one update, such as tokens that arrived together.
  void observe(double value, std::uint64_t times) const noexcept {
    if (times > 0) count(value, times);
  }

  /// Adds one value and remembers where it came from: the id of a request or trace, valid UTF-8
  /// without control characters, cut off after 64 bytes. About 50 ns; without lock, and of two
  /// threads in the same bucket at the same instant one exemplar is kept.
  void observe(double value, std::string_view exemplar) const noexcept;

 private:
  friend class detail::Families;
  Histogram(detail::CellId block, const detail::HistogramShape* shape,
            detail::ExemplarSlots* exemplars) noexcept
      : block_(block), shape_(shape), exemplars_(exemplars) {}

  // Inlined, or one value would be multiplied by one.
  [[gnu::always_inline]] void count(double value, std::uint64_t times) const noexcept {
    if (__builtin_expect(shape_ == nullptr, 0)) return;
    std::size_t bucket;
    detail::Cell* const block = detail::own_cell(block_);
    if (__builtin_expect(block != nullptr && shape_->bounds.find_in_table(value, bucket), 1)) {
      detail::count_value(*shape_, block, bucket, value, times);
    } else {
      detail::count_rare_value(*shape_, block_, value, times);
    }
  }

  detail::CellId block_ = detail::unread_cell;
  const detail::HistogramShape* shape_ = nullptr;
  detail::ExemplarSlots* exemplars_ = nullptr;
};

}  // namespace seadragon::monitoring
