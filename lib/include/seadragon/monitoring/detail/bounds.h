/// Finds the bucket of a value in constant time. Not part of the API.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {

/// The upper bounds of a histogram. They never change, so any thread may search them.
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

  /// find() for positive values and zero, where there is a table. False, and no index, for all
  /// others, and so for NaN and infinities: only they need a closer look.
  bool find_in_table(double value, std::size_t& index) const noexcept {
    const std::uint64_t bits = to_bits(value);
    if (__builtin_expect(bits >= table_limit_.load(std::memory_order_relaxed), 0)) return false;
    std::uint64_t slot = (bits >> shift_) - first_slot_;
    // Beyond the table the comparison below decides as it does at its ends.
    if (__builtin_expect(slot > last_slot_, 0)) {
      slot = bits >> shift_ < first_slot_ ? 0 : last_slot_;
    }
    const Slot& found = first_of_table_[slot];
    index = found.earlier_bounds + (bits > found.bound ? 1 : 0);
    return true;
  }

  /// Without it find_in_table() finds nothing. Any thread, at any time.
  void use_table(bool use) const noexcept {
    table_limit_.store(use && !table_.empty() ? infinity : 0, std::memory_order_relaxed);
  }

 private:
  static constexpr std::uint64_t infinity = 0x7FF0'0000'0000'0000;  // bits; those below 0 are above

  /// Values whose leading bits are the same.
  struct Slot {
    std::uint64_t bound;  ///< Bits of the one that lies here; all set if none does.
    std::size_t earlier_bounds;
  };

  bool make_table(int shift);

  // What find_in_table() reads, on one cache line.
  mutable std::atomic<std::uint64_t> table_limit_ = 0;  // bits of infinity; 0: not to be used
  std::uint64_t first_slot_ = 0;
  std::uint64_t last_slot_ = 0;
  const Slot* first_of_table_ = nullptr;
  int shift_ = 0;

  std::vector<double> upper_;
  std::vector<Slot> table_;
};

}  // namespace seadragon::monitoring::detail
