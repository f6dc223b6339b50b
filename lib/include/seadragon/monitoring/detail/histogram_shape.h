/// What the series of one histogram family have in common. Not part of the API.
#pragma once

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

  std::size_t first_native() const noexcept { return first_bucket + bounds.buckets(); }
  std::size_t cells() const noexcept { return first_native() + (native ? native_cells : 0); }

  /// Whether a value can be counted: NaN and infinities would spoil the sum for ever, and native
  /// histograms are for durations and sizes, which are not negative.
  bool takes(double value) const noexcept {
    return __builtin_isfinite(value) && !(native && value < 0);
  }

  const Bounds bounds;
  const bool native;
  const CellId dropped;  ///< Counts the values not taken.
};

/// The stores of count_value(), between those of the sequence number. Releasing, so that they stay
/// behind the first of these without a fence.
inline void write_value(const HistogramShape& shape, Cell* block, double value,
                        std::uint64_t times) noexcept {
  Cell& sum = block[1];
  Cell& bucket = block[HistogramShape::first_bucket + shape.bounds.find(value)];
  const double before = to_double(sum.load(std::memory_order_relaxed));
  sum.store(to_bits(before + value * static_cast<double>(times)), std::memory_order_release);
  bucket.store(bucket.load(std::memory_order_relaxed) + times, std::memory_order_release);
  if (shape.native) count_native(block + shape.first_native(), value, times);
}

/// Adds `times` equal values to a block that this thread alone writes.
inline void count_value(const HistogramShape& shape, Cell* block, double value,
                        std::uint64_t times) noexcept {
  // Odd while the block is being written: a reader that meets an odd or changed number reads again.
  const std::uint64_t even = block->load(std::memory_order_relaxed);
  block->store(even + 1, std::memory_order_relaxed);
  write_value(shape, block, value, times);
  block->store(even + 2, std::memory_order_release);
}

/// count_value() where own_cell() of the block is null.
[[gnu::cold, gnu::noinline]] void count_value_first(const HistogramShape& shape, CellId block,
                                                    double value, std::uint64_t times) noexcept;

}  // namespace seadragon::monitoring::detail
