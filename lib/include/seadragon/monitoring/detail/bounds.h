/// Finds the bucket of a value in constant time. Not part of the API.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {

/// The upper bounds of a histogram. Immutable once made, so any thread may search it.
///
/// The leading bits of a double grow with its value. They index a table whose every slot holds at
/// most one bound; one comparison then decides. Where no such table of a sensible size exists,
/// because bounds lie too close or are not positive, the search is binary.
class Bounds {
 public:
  /// `upper` ascends strictly, is finite and has 1 to 500 entries; throws std::invalid_argument.
  explicit Bounds(std::vector<double> upper);

  /// Number of buckets, the last one for everything above the largest bound.
  std::size_t buckets() const noexcept { return upper_.size(); }

  /// The bounds, closed by +Inf.
  const std::vector<double>& upper() const noexcept { return upper_; }

  /// Index of the first bound that is not below `value`. `value` is no NaN.
  std::size_t find(double value) const noexcept {
    if (__builtin_expect(table_.empty(), 0)) return find_binary(value);
    // The bits of a negative value, read as a signed number, come before every slot.
    std::int64_t slot = (static_cast<std::int64_t>(to_bits(value)) >> shift_) - first_slot_;
    slot = slot > 0 ? slot : 0;
    slot = slot < last_slot_ ? slot : last_slot_;
    const std::size_t index = table_[static_cast<std::size_t>(slot)];
    return index + (value > upper_[index] ? 1 : 0);
  }

 private:
  std::size_t find_binary(double value) const noexcept;
  bool make_table(int shift);

  std::vector<double> upper_;
  std::vector<std::uint8_t> table_;  // bounds that lie in earlier slots
  std::int64_t first_slot_ = 0;
  std::int64_t last_slot_ = 0;
  int shift_ = 0;
};

}  // namespace seadragon::monitoring::detail
