/// The reading and reserving side of cells.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "seadragon/monitoring/detail/cells.h"
#include "seadragon/monitoring/detail/histogram_shape.h"

namespace seadragon::monitoring::detail {

/// Threads that have a slab of their own at the same time; further ones share one more.
inline constexpr std::size_t most_slabs = 128;

/// Reserves `count` consecutive cells that no other metric has and that hold 0. A block of several
/// cells begins at a cache line and lies within one chunk. Throws std::length_error when a million
/// cells are taken.
CellId reserve_cells(std::size_t count);

/// Gives back what reserve_cells(count) returned. Nobody may write to these cells any more.
void release_cells(CellId first, std::size_t count) noexcept;

/// Slabs that were ever needed: at most as many as threads recorded at the same time.
std::size_t slab_count();

/// Adds up cells over all threads, those that ended included. Made for one scrape: threads that
/// record for the first time later are not seen. Any thread may read.
class CellReader {
 public:
  CellReader();

  std::uint64_t total(CellId id) const noexcept;

  /// Says that these cells are going to be read: of many series most lie far from each other, and
  /// the processor fetches them while it does something else.
  void prefetch(CellId first, std::size_t count) const noexcept {
    constexpr std::size_t line_cells = 8;
    for (const Slab* slab : slabs_) {
      const Cell* const chunk =
          slab->chunks[first / cells_per_chunk].load(std::memory_order_relaxed);
      if (chunk == nullptr) continue;
      for (std::size_t i = 0; i < count; i += line_cells) {
        __builtin_prefetch(chunk + first % cells_per_chunk + i);
      }
    }
  }

  /// Calls `take(block)` for each thread's block of `scratch.size()` cells that ever was written:
  /// copied into `scratch` as it was at one moment, the sequence number first.
  template <class Take>
  void each_block(const HistogramShape& shape, CellId first, std::span<std::uint64_t> scratch,
                  const Take& take) const {
    for (const Slab* slab : slabs_) {
      if (copy_block(shape, *slab, first, scratch)) take(scratch);
    }
  }

 private:
  static bool copy_block(const HistogramShape& shape, const Slab& slab, CellId first,
                         std::span<std::uint64_t> block) noexcept;

  std::vector<const Slab*> slabs_;
};

}  // namespace seadragon::monitoring::detail
