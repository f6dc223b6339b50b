/// Finds the bucket of a value in constant time. Not part of the API.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {

/// The upper bounds of a histogram. Immutable once made, so any thread may search it.
///
/// The bits of a positive double grow with its value. The leading ones index a table whose every
/// slot holds at most one bound; one comparison then decides. Where no such table of a sensible
/// size exists, because bounds lie too close or are not positive, the search is binary.
class Bounds {
 public:
  /// `upper` ascends strictly, is finite and has 1 to 500 entries; throws std::invalid_argument.
  explicit Bounds(std::vector<double> upper);
  Bounds(const Bounds&) = delete;
  Bounds& operator=(const Bounds&) = delete;

  /// Number of buckets, the last one for everything above the largest bound.
  std::size_t buckets() const noexcept { return upper_.size(); }

  /// The bounds, closed by +Inf.
  const std::vector<double>& upper() const noexcept { return upper_; }

  /// Index of the first bound that is not below `value`. `value` is no NaN.
  std::size_t find(double value) const noexcept;

  /// find() for values between the bounds, where there is a table. False, and no index, for all
  /// others, and so for negative ones, NaN and infinities: only they need a closer look.
  bool find_between(double value, std::size_t& index) const noexcept {
    const std::uint64_t bits = to_bits(value);
    const std::uint64_t slot = (bits >> shift_) - first_slot_;
    if (__builtin_expect(slot >= slots_, 0)) return false;
    const Slot& found = first_of_table_[slot];
    index = found.earlier_bounds + (bits > found.bound ? 1 : 0);
    return true;
  }

 private:
  /// Values whose leading bits are the same.
  struct Slot {
    std::uint64_t bound;  ///< Bits of the one that lies here; all set if none does.
    std::size_t earlier_bounds;
  };

  bool make_table(int shift);

  // What find_between() reads, on one cache line.
  std::uint64_t first_slot_ = 0;
  std::uint64_t slots_ = 0;  // none: there is no table
  const Slot* first_of_table_ = nullptr;
  int shift_ = 0;

  std::vector<double> upper_;
  std::vector<Slot> table_;
};

}  // namespace seadragon::monitoring::detail
