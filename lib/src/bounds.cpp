#include "seadragon/monitoring/detail/bounds.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <utility>

namespace seadragon::monitoring::detail {
namespace {

constexpr std::size_t most_bounds = 500;  // with its two other cells a block fits into a chunk
constexpr std::uint64_t most_slots = 1024;
constexpr int mantissa_bits = 52;
constexpr int finest_shift = 44;  // 256 slots per power of two

}  // namespace

Bounds::Bounds(std::vector<double> upper) : upper_(std::move(upper)) {
  if (upper_.empty() || upper_.size() > most_bounds) {
    throw std::invalid_argument("a histogram needs 1 to 500 bounds");
  }
  const auto finite = [](double bound) { return std::isfinite(bound); };
  if (!std::ranges::all_of(upper_, finite) ||
      std::ranges::adjacent_find(upper_, std::ranges::greater_equal{}) != upper_.end()) {
    throw std::invalid_argument("the bounds of a histogram must be finite and ascend");
  }
  for (int shift = mantissa_bits; shift >= finest_shift && table_.empty(); --shift) {
    if (!make_table(shift)) break;
  }
  upper_.push_back(std::numeric_limits<double>::infinity());
  first_of_table_ = table_.data();
  use_table(true);
}

/// Fills the table if no slot of this width holds two bounds. False when a finer table is not worth
/// trying either.
bool Bounds::make_table(int shift) {
  // The bits of a negative value or zero do not grow with it.
  if (upper_.front() <= 0) return false;
  const auto slot_of = [shift](double bound) { return to_bits(bound) >> shift; };
  const std::uint64_t first = slot_of(upper_.front());
  const std::uint64_t slots = slot_of(upper_.back()) - first + 1;
  if (slots > most_slots) return false;

  std::vector<Slot> table;
  std::size_t bound = 0;
  const auto lies_in = [&](std::uint64_t slot) {
    return bound < upper_.size() && slot_of(upper_[bound]) - first == slot;
  };
  for (std::uint64_t slot = 0; slot < slots; ++slot) {
    table.push_back({.bound = ~std::uint64_t{0}, .earlier_bounds = bound});
    if (lies_in(slot)) table.back().bound = to_bits(upper_[bound++]);
    if (lies_in(slot)) return true;
  }
  table_ = std::move(table);
  first_slot_ = first;
  last_slot_ = slots - 1;
  shift_ = shift;
  return true;
}

std::size_t Bounds::find(double value) const noexcept {
  std::size_t index = 0;
  if (find_in_table(value, index)) return index;
  return static_cast<std::size_t>(std::ranges::lower_bound(upper_, value) - upper_.begin());
}

}  // namespace seadragon::monitoring::detail
