/// Where series and their label text are kept: at fixed addresses, to be read while more are added.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "lib/src/exemplar_slots.h"
#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {

/// How a series gets its value.
enum class SeriesKind : std::uint8_t {
  count,      ///< Cells that only grow.
  up_down,    ///< Cells whose sum is a signed number.
  level,      ///< One shared double.
  histogram,  ///< Blocks of cells.
  read,       ///< A function.
};

/// One set of label values. Stays at its address as long as its family, removed or not, so that
/// handles never dangle; found again with the same labels, it goes on from where it stands.
struct Series {
  const char* text = nullptr;  // escaped: method="GET",route="/"
  union {
    std::atomic<double>* level = nullptr;  // of kind level
    ExemplarSlots* exemplars;              // of kind histogram; may be null
    const std::function<double()>* read;   // of kind read
  };
  std::uint32_t length = 0;  // of text
  std::uint32_t hash = 0;    // of the values
  CellId cells = unread_cell;
  std::uint32_t created = 0;  // seconds since the epoch
  SeriesKind kind{};
  bool escaped = false;  // text holds an escape, so values are not found in it as they are
  std::atomic<bool> removed = false;

  std::string_view labels() const noexcept { return {text, length}; }
};

/// Text that is never freed before the arena. For one thread at a time; what was added may be read
/// by any.
class TextArena {
 public:
  const char* add(std::string_view text) {
    if (text.size() > room_) {
      room_ = std::max(text.size(), std::min(largest_block, 2 * last_size_));
      last_size_ = room_;
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(room_));
      end_ = blocks_.back().get();
    }
    const char* const begin = end_;
    end_ = std::copy(text.begin(), text.end(), end_);
    room_ -= text.size();
    return begin;
  }

 private:
  static constexpr std::size_t largest_block = 8192;

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t last_size_ = 64, room_ = 0;
  char* end_ = nullptr;
};

/// Series in the order in which they were added. One thread at a time adds, any number read.
class SeriesList {
 public:
  SeriesList() = default;
  ~SeriesList() {
    for (const Block* block = first_; block != nullptr;) {
      const Block* const next = block->next.load(std::memory_order_relaxed);
      delete block;
      block = next;
    }
  }
  SeriesList(const SeriesList&) = delete;
  SeriesList& operator=(const SeriesList&) = delete;

  /// Room for a series that readers do not see before publish().
  Series& prepare() {
    if (last_ == nullptr || used_ == last_->capacity) {
      auto* const block = new Block(last_ == nullptr ? 2 : std::min(128U, 2 * last_->capacity));
      if (last_ == nullptr) {
        first_.store(block, std::memory_order_release);
      } else {
        last_->next.store(block, std::memory_order_release);
      }
      last_ = block;
      used_ = 0;
    }
    return last_->series[used_];
  }
  void publish() noexcept {
    ++used_;
    size_.fetch_add(1, std::memory_order_release);
  }

  std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }

  template <class Visit>
  void each(const Visit& visit) const {
    std::size_t left = size();
    for (const Block* block = first_.load(std::memory_order_acquire); left > 0;
         block = block->next.load(std::memory_order_acquire)) {
      const std::size_t here = std::min<std::size_t>(left, block->capacity);
      for (std::size_t i = 0; i < here; ++i) visit(block->series[i]);
      left -= here;
    }
  }

 private:
  struct Block {
    explicit Block(std::uint32_t size) : capacity(size), series(std::make_unique<Series[]>(size)) {}
    const std::uint32_t capacity;
    const std::unique_ptr<Series[]> series;
    std::atomic<Block*> next = nullptr;
  };

  std::atomic<Block*> first_ = nullptr;
  std::atomic<std::size_t> size_ = 0;
  Block* last_ = nullptr;
  std::uint32_t used_ = 0;
};

/// Finds series by the hash of their values. One thread at a time adds, any number look up.
class SeriesIndex {
 public:
  SeriesIndex() { grow(8); }

  /// The series of this hash for which `matches(series)` holds; null if there is none.
  template <class Matches>
  Series* find(std::uint32_t hash, const Matches& matches) const noexcept {
    const Table& table = *table_.load(std::memory_order_acquire);
    for (std::size_t i = hash & table.mask;; i = (i + 1) & table.mask) {
      Series* const series = table.slots[i].load(std::memory_order_acquire);
      if (series == nullptr) return nullptr;
      if (series->hash == hash && matches(*series)) return series;
    }
  }

  void add(Series& series) {
    if (8 * (size_ + 1) > 7 * (table_.load()->mask + 1)) grow(2 * (table_.load()->mask + 1));
    put(*table_.load(), series);
    ++size_;
  }

 private:
  struct Table {
    explicit Table(std::size_t size) : mask(size - 1), slots(size) {}
    const std::size_t mask;
    std::vector<std::atomic<Series*>> slots;
  };

  static void put(Table& table, Series& series) noexcept {
    std::size_t i = series.hash & table.mask;
    while (table.slots[i].load(std::memory_order_relaxed) != nullptr) i = (i + 1) & table.mask;
    table.slots[i].store(&series, std::memory_order_release);
  }

  void grow(std::size_t size) {
    auto larger = std::make_unique<Table>(size);
    if (!tables_.empty()) {
      for (const std::atomic<Series*>& slot : tables_.back()->slots) {
        if (Series* const series = slot.load(std::memory_order_relaxed)) put(*larger, *series);
      }
    }
    tables_.push_back(std::move(larger));
    table_.store(tables_.back().get(), std::memory_order_release);
  }

  // Smaller ones are kept, as a thread may still look into them: together they are as large as the
  // last.
  std::vector<std::unique_ptr<Table>> tables_;
  std::atomic<Table*> table_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace seadragon::monitoring::detail
