/// Where counts live. Not part of the API.
///
/// Each metric owns cell ids; each thread owns a slab, a table of cells that it alone writes. An
/// update is a load, an add and a store on the thread's own cache line: no locked instruction, no
/// lock, no map. A reader sums a cell over all slabs.
///
/// A slab is never zeroed or freed. When its thread ends, the next new thread adopts it and counts
/// on from where it stands, so a total never loses a value, doubles it or goes backwards. Threads
/// beyond `most_slabs` at once share one more slab, with locked instructions, until one is free.
///
/// A process made by fork(2) begins at 0. A signal handler must not record: it could interrupt an
/// update of the same cell and lose one.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>

// Compilers do not make one instruction of a load, an add and a store that are atomic, and gcc
// moves a double to an integer register and back: 15 % of an event's time each. On x86-64 an access
// of 8 aligned bytes is atomic and a store releases, locked or not. The thread sanitizer cannot see
// it.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_THREAD__)
#define SEADRAGON_MONITORING_ADDS_IN_MEMORY 1
#else
#define SEADRAGON_MONITORING_ADDS_IN_MEMORY 0
#endif

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

/// This thread's slab. A thread that has none points to one without chunks, so that the hot path
/// needs a single check.
// __thread, not thread_local: an extern thread_local costs a call and a check at every access.
extern __thread Slab* thread_slab;

/// This thread's cell; null before the first touch of its chunk and for threads without a slab.
inline Cell* own_cell(CellId id) noexcept {
  Cell* const chunk = thread_slab->chunks[id / cells_per_chunk].load(std::memory_order_relaxed);
  return __builtin_expect(chunk != nullptr, 1) ? chunk + id % cells_per_chunk : nullptr;
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

/// Adds to a cell of this thread. Its only writer needs no locked instruction.
inline void add(Cell& own, std::uint64_t amount) noexcept {
#if SEADRAGON_MONITORING_ADDS_IN_MEMORY
  asm volatile("addq %1, %0" : "+m"(own) : "er"(amount) : "memory");
#else
  own.store(own.load(std::memory_order_relaxed) + amount, std::memory_order_release);
#endif
}

/// The same for a cell that holds a double.
inline void add(Cell& own, double amount) noexcept {
#if SEADRAGON_MONITORING_ADDS_IN_MEMORY
  asm("addsd %1, %0" : "+x"(amount) : "m"(own));
  asm volatile("movsd %1, %0" : "=m"(own) : "x"(amount) : "memory");
#else
  const double before = to_double(own.load(std::memory_order_relaxed));
  own.store(to_bits(before + amount), std::memory_order_release);
#endif
}

/// add() where own_cell() is null. Allocates the slab and the chunk.
[[gnu::cold, gnu::noinline]] void add_first(CellId id, std::uint64_t amount) noexcept;

/// Adds to this thread's cell.
inline void add(CellId id, std::uint64_t amount) noexcept {
  if (Cell* const own = own_cell(id)) {
    add(*own, amount);
  } else {
    add_first(id, amount);
  }
}

}  // namespace seadragon::monitoring::detail

#undef SEADRAGON_MONITORING_ADDS_IN_MEMORY
