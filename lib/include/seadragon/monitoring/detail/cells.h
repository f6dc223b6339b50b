/// Where counts live. Not part of the API.
///
/// Each metric owns cell ids; each thread owns a slab, a table of cells that it alone writes. An
/// update is a load, an add and a store on the thread's own cache line: no locked instruction, no
/// lock, no map. A reader sums a cell over all slabs.
///
/// A slab is never zeroed or freed. When its thread ends, the next new thread adopts it and counts
/// on from where it stands, so a total never loses a value, doubles it or goes backwards.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>

namespace seadragon::monitoring::detail {

class Families;  // makes the handles

using Cell = std::atomic<std::uint64_t>;
using CellId = std::uint32_t;

/// A cell that nobody reads: where instruments that were never registered count.
inline constexpr CellId unread_cell = 0;

inline constexpr CellId cells_per_chunk = 512;
inline constexpr CellId chunks_per_slab = 2048;

struct Slab {
  /// Allocated when the thread first touches a cell of the chunk.
  std::atomic<Cell*> chunks[chunks_per_slab];
};

// __thread, not thread_local: an extern thread_local costs a call and a check at every access.
extern __thread Slab* thread_slab;

/// First touch of a slab or a chunk by this thread; allocates.
[[gnu::cold, gnu::noinline]] Cell& make_cell(CellId id) noexcept;

/// This thread's cell. Allocates only the first time a thread touches a chunk of 512 cells.
inline Cell& cell(CellId id) noexcept {
  Slab* const slab = thread_slab;
  if (__builtin_expect(slab == nullptr, 0)) return make_cell(id);
  Cell* const chunk = slab->chunks[id / cells_per_chunk].load(std::memory_order_relaxed);
  if (__builtin_expect(chunk == nullptr, 0)) return make_cell(id);
  return chunk[id % cells_per_chunk];
}

/// Adds to a cell of this thread. Its only writer needs no read-modify-write instruction.
inline void add(Cell& own, std::uint64_t amount) noexcept {
  own.store(own.load(std::memory_order_relaxed) + amount, std::memory_order_release);
}

inline double to_double(std::uint64_t bits) noexcept {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline std::uint64_t to_bits(double value) noexcept {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

}  // namespace seadragon::monitoring::detail
