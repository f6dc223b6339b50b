/// The reading and reserving side of cells.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {

/// Reserves `count` consecutive cells that no other metric has. A block of several cells begins at
/// a cache line and lies within one chunk. Throws std::length_error when a million cells are taken.
CellId reserve_cells(std::size_t count);

/// Adds up cells over all threads, those that ended included. Made for one scrape: threads that
/// record for the first time later are not seen.
class CellReader {
 public:
  CellReader();

  std::uint64_t counter(CellId id) const;

  /// Adds up a histogram's block into `buckets` and returns the sum of the observed values. What is
  /// read of each thread is of one moment.
  double histogram(CellId block, std::span<std::uint64_t> buckets) const;

 private:
  const Cell* find(const Slab& slab, CellId id) const;

  std::vector<const Slab*> slabs_;
};

}  // namespace seadragon::monitoring::detail
