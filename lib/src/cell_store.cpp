#include "lib/src/cell_store.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>

#include <dlfcn.h>
#include <pthread.h>

#include "seadragon/monitoring/detail/histogram_shape.h"

namespace seadragon::monitoring::detail {
namespace {

constexpr std::size_t line_cells = 8;  // 64 bytes
// Per block and thread: 2 to 40 are needed while a writer does something else between two values.
constexpr int eager_tries = 1000;
constexpr std::chrono::microseconds pause_of_writers{1};  // several copies long
constexpr std::chrono::microseconds pause_of_readers{50};
constexpr std::chrono::seconds patience{1};  // then the writer was stopped for good in the middle

Slab no_slab{};  // has no chunks and never gets any

extern "C" void give_back_slab(void* slab);
extern "C" void before_fork();
extern "C" void after_fork_in_parent();
extern "C" void after_fork_in_child();

Cell* chunk_of(const Slab& slab, CellId id) noexcept {
  return slab.chunks[id / cells_per_chunk].load(std::memory_order_acquire);
}

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
    if (const auto known = released_.find(count); known != released_.end()) {
      const CellId first = known->second.back();
      known->second.pop_back();
      if (known->second.empty()) released_.erase(known);
      // Only now: a handle that outlived its registry may have counted until here.
      for (const Slab* slab : all_) {
        Cell* const chunk = chunk_of(*slab, first);
        for (std::size_t i = 0; chunk != nullptr && i < count; ++i) {
          chunk[first % cells_per_chunk + i] = 0;
        }
      }
      return first;
    }
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

  void release(CellId first, std::size_t count) {
    const std::lock_guard lock(mutex_);
    released_[count].push_back(first);
  }

  /// Gives this thread a slab of its own; leaves it without while `most_slabs` are in use.
  void acquire() {
    if (!may_acquire_.load(std::memory_order_relaxed)) return;
    const std::lock_guard lock(mutex_);
    if (free_.empty()) {
      may_acquire_ = all_.size() <= most_slabs;  // one of them is shared
      if (!may_acquire_) return;
      free_.reserve(all_.size() + 1);  // give_back() must not fail
      free_.push_back(add());
    }
    thread_slab = free_.back();
    free_.pop_back();
    // A key's destructor runs after those of thread_local objects and again if one of them
    // recorded meanwhile, so a slab taken late in a thread's life comes back too.
    pthread_setspecific(key_, thread_slab);
  }

  void give_back(Slab* slab) {
    const std::lock_guard lock(mutex_);
    free_.push_back(slab);
    may_acquire_ = true;
  }

  Slab& shared() noexcept { return shared_; }

  std::vector<const Slab*> all() {
    const std::lock_guard lock(mutex_);
    return {all_.begin(), all_.end()};
  }

  void lock_for_fork() { mutex_.lock(); }
  void unlock_after_fork() { mutex_.unlock(); }

  /// In the child only this thread lives on. Its cells begin at 0: what the parent counted is on
  /// the parent's page.
  void begin_anew() {
    for (Slab* slab : all_) {
      for (const std::atomic<Cell*>& chunk : slab->chunks) {
        Cell* const cells = chunk.load(std::memory_order_relaxed);
        if (cells != nullptr) std::fill_n(cells, cells_per_chunk, 0);
      }
      const bool free = std::ranges::find(free_, slab) != free_.end();
      if (!free && slab != thread_slab && slab != &shared_) free_.push_back(slab);
    }
    may_acquire_ = true;
    mutex_.unlock();
  }

 private:
  Slabs() : shared_(*add()) {
    pthread_key_create(&key_, give_back_slab);
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    // The end of a thread, or a fork, may come after a plug-in that holds this code was closed.
    Dl_info here;
    if (dladdr(reinterpret_cast<void*>(&give_back_slab), &here) != 0) {
      dlopen(here.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
    }
  }

  Slab* add() { return all_.emplace_back(new Slab{}); }

  std::mutex mutex_;
  std::vector<Slab*> all_, free_;
  Slab& shared_;
  std::atomic<bool> may_acquire_ = true;  // so that threads that share one do not ask in vain
  std::map<std::size_t, std::vector<CellId>> released_;  // by size
  std::size_t next_cell_ = line_cells;                   // the first line holds unread_cell
  pthread_key_t key_{};
};

extern "C" void give_back_slab(void* slab) {
  thread_slab = &no_slab;
  Slabs::instance().give_back(static_cast<Slab*>(slab));
}
extern "C" void before_fork() { Slabs::instance().lock_for_fork(); }
extern "C" void after_fork_in_parent() { Slabs::instance().unlock_after_fork(); }
extern "C" void after_fork_in_child() { Slabs::instance().begin_anew(); }

Cell& cell_in(Slab& slab, CellId id) noexcept {
  std::atomic<Cell*>& chunk = slab.chunks[id / cells_per_chunk];
  if (chunk.load(std::memory_order_acquire) == nullptr) {
    Cell* const made = new (std::align_val_t{64}) Cell[cells_per_chunk]{};
    Cell* none = nullptr;
    // Another thread may be as far, where the slab is shared.
    if (!chunk.compare_exchange_strong(none, made, std::memory_order_acq_rel)) {
      ::operator delete[](made, std::align_val_t{64});
    }
  }
  return chunk.load(std::memory_order_acquire)[id % cells_per_chunk];
}

enum class Copy { nothing, torn, whole };

/// Copies a block unless its writer is at work all the time.
Copy try_to_copy(const Cell* cells, std::span<std::uint64_t> block) noexcept {
  for (int tries = 0; tries < eager_tries; ++tries) {
    block[0] = cells[0].load(std::memory_order_acquire);
    if (block[0] == 0) return Copy::nothing;
    for (std::size_t i = 1; i < block.size(); ++i) {
      block[i] = cells[i].load(std::memory_order_acquire);
    }
    if (block[0] % 2 == 0 && cells[0].load(std::memory_order_relaxed) == block[0]) {
      return Copy::whole;
    }
  }
  return Copy::torn;
}

void wait_for_readers() noexcept {
  const auto end = std::chrono::steady_clock::now() + pause_of_writers;
  while (std::chrono::steady_clock::now() < end) {
  }
}

/// The cell this thread is to write: its own, or one that it has to share.
struct Writable {
  Cell& cell;
  bool shared;
};

Writable writable_cell(CellId id) noexcept {
  if (thread_slab != &no_slab) return {cell_in(*thread_slab, id), false};
  Slabs& slabs = Slabs::instance();
  slabs.acquire();
  const bool shared = thread_slab == &no_slab;
  return {cell_in(shared ? slabs.shared() : *thread_slab, id), shared};
}

}  // namespace

__thread Slab* thread_slab = &no_slab;

void add_first(CellId id, std::uint64_t amount) noexcept {
  const Writable to = writable_cell(id);
  if (to.shared) {
    to.cell.fetch_add(amount, std::memory_order_release);
  } else {
    add(to.cell, amount);
  }
}

void count_rare_value(const HistogramShape& shape, CellId first, double value,
                      std::uint64_t times) noexcept {
  if (!shape.takes(value)) return add(shape.dropped, times);
  if (shape.making_way()) wait_for_readers();
  const Writable to = writable_cell(first);
  Cell& sequence = to.cell;
  std::uint64_t even = sequence.load(std::memory_order_relaxed);
  if (to.shared) {
    // Odd is also how writers of one block keep each other out.
    even -= even % 2;
    while (!sequence.compare_exchange_weak(even, even + 1, std::memory_order_acquire)) {
      std::this_thread::yield();
      even -= even % 2;
    }
  } else {
    sequence.store(even + 1, std::memory_order_relaxed);
  }
  Cell* const block = &sequence;
  write_value(shape, block, shape.bounds.find(value), value, times);
  sequence.store(even + 2, std::memory_order_release);
}

CellId reserve_cells(std::size_t count) { return Slabs::instance().reserve(count); }

void release_cells(CellId first, std::size_t count) noexcept {
  Slabs::instance().release(first, count);
}

std::size_t slab_count() { return Slabs::instance().all().size() - 1; }

CellReader::CellReader() : slabs_(Slabs::instance().all()) {}

std::uint64_t CellReader::total(CellId id) const noexcept {
  std::uint64_t total = 0;
  for (const Slab* slab : slabs_) {
    if (const Cell* const chunk = chunk_of(*slab, id)) {
      total += chunk[id % cells_per_chunk].load(std::memory_order_acquire);
    }
  }
  return total;
}

bool CellReader::copy_block(const HistogramShape& shape, const Slab& slab, CellId first,
                            std::span<std::uint64_t> block) noexcept {
  const Cell* cells = chunk_of(slab, first);
  if (cells == nullptr) return false;
  cells += first % cells_per_chunk;
  Copy copy = try_to_copy(cells, block);
  if (copy != Copy::torn) {
    // A process forked while a reader waited would go on slowly. A reader that waits asks again.
    if (shape.making_way()) shape.make_way(false);
    return copy == Copy::whole;
  }

  // The writer records without pause, or was put to sleep in the middle of a value.
  const auto end = std::chrono::steady_clock::now() + patience;
  while (copy == Copy::torn && std::chrono::steady_clock::now() < end) {
    shape.make_way(true);  // once more: another reader may just have switched it off
    copy = try_to_copy(cells, block);
    if (copy == Copy::torn) std::this_thread::sleep_for(pause_of_readers);
  }
  shape.make_way(false);
  return true;
}

}  // namespace seadragon::monitoring::detail
