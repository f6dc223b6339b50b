/// How values are distributed: durations, sizes.
///
///   Histogram wait = registry.histogram("app_wait_seconds", "Time in line.", {0.1, 1, 10});
///   wait.observe(0.42);
#pragma once

#include <atomic>
#include <cstdint>

#include "seadragon/monitoring/detail/bounds.h"
#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring {

/// A handle to one histogram series; copy it freely, use it from any thread. Valid as long as its
/// Registry. A handle made by default observes nothing.
///
/// A scrape reads sum and buckets of the same moment, and `_count` is always the sum of the
/// buckets, however busy the writers are.
class Histogram {
 public:
  Histogram() = default;

  /// Adds one value. NaN and infinities are ignored: one of them would spoil the sum for ever.
  void observe(double value) const noexcept { observe(value, 1); }

  /// Adds `times` equal values with one update, such as tokens that arrived together.
  void observe(double value, std::uint64_t times) const noexcept {
    if (__builtin_expect(bounds_ == nullptr || times == 0 || !__builtin_isfinite(value), 0)) return;
    detail::Cell* const block = &detail::cell(block_);
    detail::Cell& sequence = block[0];
    detail::Cell& sum = block[1];
    detail::Cell& bucket = block[2 + bounds_->find(value)];

    // Odd while the block is being written: a reader that meets an odd or changed number reads
    // again. The release stores keep this order without a fence.
    const std::uint64_t even = sequence.load(std::memory_order_relaxed);
    sequence.store(even + 1, std::memory_order_relaxed);
    const double before = detail::to_double(sum.load(std::memory_order_relaxed));
    sum.store(detail::to_bits(before + value * static_cast<double>(times)),
              std::memory_order_release);
    bucket.store(bucket.load(std::memory_order_relaxed) + times, std::memory_order_release);
    sequence.store(even + 2, std::memory_order_release);
  }

 private:
  friend class detail::Families;
  Histogram(detail::CellId block, const detail::Bounds* bounds) noexcept
      : block_(block), bounds_(bounds) {}

  detail::CellId block_ = detail::unread_cell;  // cells: sequence, sum, a count per bucket
  const detail::Bounds* bounds_ = nullptr;
};

}  // namespace seadragon::monitoring
