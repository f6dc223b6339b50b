/// What the series of one histogram family have in common. Not part of the API.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

#include "seadragon/monitoring/detail/bounds.h"
#include "seadragon/monitoring/detail/cells.h"
#include "seadragon/monitoring/detail/native_buckets.h"

namespace seadragon::monitoring::detail {

/// Cells of a series in each thread: a sequence number, the sum, a count per bucket, and what
/// native_buckets.h needs.
struct HistogramShape {
  HistogramShape(std::vector<double> upper, bool native_too, CellId dropped_values)
      : bounds(std::move(upper)), native(native_too), dropped(dropped_values) {}

  static constexpr std::size_t first_bucket = 2;

  std::size_t first_native() const noexcept { return first_native_; }
  std::size_t cells() const noexcept { return first_native_ + (native ? native_cells : 0); }

  /// Whether a value can be counted: NaN and infinities would spoil the sum for ever, and native
  /// histograms are for durations and sizes, which are not negative.
  bool takes(double value) const noexcept {
    return __builtin_isfinite(value) && !(native && value < 0);
  }

  /// Has threads pause for a microsecond before each value, for readers who find no moment between
  /// two. It costs nothing while it is off: the table is taken away, and all values become rare.
  void make_way(bool on) const noexcept {
    making_way_.store(on, std::memory_order_relaxed);
    bounds.use_table(!on);
  }
  bool making_way() const noexcept { return making_way_.load(std::memory_order_relaxed); }

  const Bounds bounds;
  const bool native;
  const CellId dropped;  ///< Counts the values not taken.

 private:
  mutable std::atomic<bool> making_way_ = false;
  const std::size_t first_native_ = first_bucket + bounds.buckets();
};

/// Adds `times` equal values, which fall into `bucket`, to a block whose sequence number is odd.
/// The stores release, so that they stay behind that of the number without a fence.
inline void write_value(const HistogramShape& shape, Cell* block, std::size_t bucket, double value,
                        std::uint64_t times) noexcept {
  add(block[1], value * static_cast<double>(times));
  add(block[HistogramShape::first_bucket + bucket], times);
  if (__builtin_expect(shape.native, 0)) count_native(block + shape.first_native(), value, times);
}

/// The same in a block that this thread alone writes. A reader that meets an odd or changed number
/// reads again.
inline void count_value(const HistogramShape& shape, Cell* block, std::size_t bucket, double value,
                        std::uint64_t times) noexcept {
  const std::uint64_t even = block->load(std::memory_order_relaxed);
  block->store(even + 1, std::memory_order_relaxed);
  write_value(shape, block, bucket, value, times);
  block->store(even + 2, std::memory_order_release);
}

/// Everything that is rare: negative values, those that are none, bounds without table, a thread's
/// first value, blocks that threads share, and readers who wait.
[[gnu::noinline]] void count_rare_value(const HistogramShape& shape, CellId block, double value,
                                        std::uint64_t times) noexcept;

}  // namespace seadragon::monitoring::detail
