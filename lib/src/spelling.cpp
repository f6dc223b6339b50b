#include "lib/src/spelling.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace seadragon::monitoring::detail {
namespace {

/// The letters to insert, remove, replace or swap with the next (optimal string alignment), three
/// rows of the table at a time.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1), above(to.size() + 1), two_above(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    two_above.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      const bool is_swapped =
          i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (is_swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> nearest_word(std::string_view word,
                                        std::span<const std::string> candidates) {
  const std::string* nearest = nullptr;
  std::size_t least = (word.size() + 1) / 3 + 1;
  for (const std::string& candidate : candidates) {
    // Spares the table for a hostile, endless word.
    if (word.size() > candidate.size() + least) continue;
    const std::size_t letters = distance(word, candidate);
    if (letters >= least) continue;
    least = letters;
    nearest = &candidate;
  }
  if (nearest == nullptr) return std::nullopt;
  return *nearest;
}

}  // namespace seadragon::monitoring::detail
