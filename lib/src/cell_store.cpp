#include "lib/src/cell_store.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>

#include <pthread.h>

namespace seadragon::monitoring::detail {

__thread Slab* thread_slab = nullptr;

namespace {

constexpr std::size_t line_cells = 8;  // 64 bytes
// Per block and thread: 2 to 40 are needed while a writer never pauses. More only if it was put to
// sleep in the middle, so from then on let it run.
constexpr int snapshot_tries = 20'000;
constexpr int eager_tries = 1000;

extern "C" void give_back_slab(void* slab);

/// Every slab there ever was, and which of them wait for a thread.
class Slabs {
 public:
  // Leaked on purpose: threads may record while static objects are destroyed.
  static Slabs& instance() {
    static auto* const slabs = new Slabs;
    return *slabs;
  }

  CellId reserve(std::size_t count) {
    const std::lock_guard lock(mutex_);
    std::size_t first = next_cell_;
    if (count > 1) first = (first + line_cells - 1) / line_cells * line_cells;
    if (first % cells_per_chunk + count > cells_per_chunk) {
      first = (first / cells_per_chunk + 1) * cells_per_chunk;
    }
    if (count > cells_per_chunk || first + count > std::size_t{cells_per_chunk} * chunks_per_slab) {
      throw std::length_error("no more metrics can be made: every cell is taken");
    }
    next_cell_ = first + count;
    return static_cast<CellId>(first);
  }

  Slab* acquire() {
    const std::lock_guard lock(mutex_);
    Slab* slab = nullptr;
    if (free_.empty()) {
      slab = new Slab{};
      all_.push_back(slab);
      free_.reserve(all_.size());  // give_back() must not fail
    } else {
      slab = free_.back();
      free_.pop_back();
    }
    // A key's destructor runs after those of thread_local objects and again if one of them
    // recorded meanwhile, so a slab taken late in a thread's life comes back too.
    pthread_setspecific(key_, slab);
    return slab;
  }

  void give_back(Slab* slab) {
    const std::lock_guard lock(mutex_);
    free_.push_back(slab);
  }

  std::vector<const Slab*> all() {
    const std::lock_guard lock(mutex_);
    return {all_.begin(), all_.end()};
  }

 private:
  Slabs() { pthread_key_create(&key_, give_back_slab); }

  std::mutex mutex_;
  std::vector<Slab*> all_, free_;
  std::size_t next_cell_ = line_cells;  // the first line holds unread_cell
  pthread_key_t key_{};
};

extern "C" void give_back_slab(void* slab) {
  thread_slab = nullptr;
  Slabs::instance().give_back(static_cast<Slab*>(slab));
}

}  // namespace

Cell& make_cell(CellId id) noexcept {
  if (thread_slab == nullptr) thread_slab = Slabs::instance().acquire();
  std::atomic<Cell*>& chunk = thread_slab->chunks[id / cells_per_chunk];
  if (chunk.load(std::memory_order_relaxed) == nullptr) {
    chunk.store(new (std::align_val_t{64}) Cell[cells_per_chunk]{}, std::memory_order_release);
  }
  return chunk.load(std::memory_order_relaxed)[id % cells_per_chunk];
}

CellId reserve_cells(std::size_t count) { return Slabs::instance().reserve(count); }

CellReader::CellReader() : slabs_(Slabs::instance().all()) {}

const Cell* CellReader::find(const Slab& slab, CellId id) const {
  const Cell* const chunk = slab.chunks[id / cells_per_chunk].load(std::memory_order_acquire);
  return chunk == nullptr ? nullptr : chunk + id % cells_per_chunk;
}

std::uint64_t CellReader::counter(CellId id) const {
  std::uint64_t total = 0;
  for (const Slab* slab : slabs_) {
    if (const Cell* const cell = find(*slab, id)) total += cell->load(std::memory_order_acquire);
  }
  return total;
}

double CellReader::histogram(CellId block, std::span<std::uint64_t> buckets) const {
  std::ranges::fill(buckets, 0);
  std::vector<std::uint64_t> seen(buckets.size());
  double total = 0;
  for (const Slab* slab : slabs_) {
    const Cell* const cells = find(*slab, block);
    if (cells == nullptr) continue;
    double sum = 0;
    for (int tries = 0; tries < snapshot_tries; ++tries) {
      const std::uint64_t before = cells[0].load(std::memory_order_acquire);
      sum = to_double(cells[1].load(std::memory_order_acquire));
      for (std::size_t i = 0; i < seen.size(); ++i) {
        seen[i] = cells[2 + i].load(std::memory_order_acquire);
      }
      if (before % 2 == 0 && cells[0].load(std::memory_order_relaxed) == before) break;
      if (tries >= eager_tries) std::this_thread::yield();
    }
    total += sum;
    for (std::size_t i = 0; i < seen.size(); ++i) buckets[i] += seen[i];
  }
  return total;
}

}  // namespace seadragon::monitoring::detail
