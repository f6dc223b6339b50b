/// Series by a label value that anybody may choose, such as a model's name.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {

/// Keeps the first `most` values; every further one shares the entry `other`, so that a stranger
/// who makes names up cannot fill the memory of Prometheus. Totals stay exact.
///
/// find() takes a lock only for a value that gets an entry. Entries stay at their address. An Entry
/// made by default takes what cannot be registered any more, for want of memory or cells.
template <class Entry>
class LabelTable {
 public:
  using Make = std::function<std::unique_ptr<Entry>(std::string_view value)>;

  /// `dropped` counts the uses of `other`.
  LabelTable(std::size_t most, Make make, CellId dropped = unread_cell)
      : most_(most),
        make_(std::move(make)),
        dropped_(dropped),
        slots_(std::bit_ceil(2 * most + 1)) {}

  Entry& find(std::string_view value) noexcept {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = std::hash<std::string_view>{}(value)&mask;; i = (i + 1) & mask) {
      const Named* const named = slots_[i].load(std::memory_order_acquire);
      if (named == nullptr) {
        Entry* const other = full_.load(std::memory_order_acquire);
        if (other == nullptr) return find_or_make(value, i);
        add(dropped_, 1);
        return *other;
      }
      if (named->value == value) return *named->entry;
    }
  }

 private:
  struct Named {
    std::string value;
    std::unique_ptr<Entry> entry;
  };

  [[gnu::cold, gnu::noinline]] Entry& find_or_make(std::string_view value,
                                                   std::size_t slot) noexcept {
    const std::lock_guard lock(mutex_);
    // Another thread may have filled the slot meanwhile; at most half of them ever are.
    for (; const Named* named = slots_[slot].load(std::memory_order_relaxed);
         slot = (slot + 1) & (slots_.size() - 1)) {
      if (named->value == value) return *named->entry;
    }
    try {
      if (named_.size() >= most_) {
        if (other_ == nullptr) other_ = make_("other");
        full_.store(other_.get(), std::memory_order_release);
        add(dropped_, 1);
        return *other_;
      }
      named_.push_back(std::make_unique<Named>(Named{std::string(value), make_(value)}));
    } catch (...) {
      return nothing_;
    }
    slots_[slot].store(named_.back().get(), std::memory_order_release);
    return *named_.back()->entry;
  }

  const std::size_t most_;
  const Make make_;
  const CellId dropped_;
  std::vector<std::atomic<const Named*>> slots_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<const Named>> named_;
  std::unique_ptr<Entry> other_;
  std::atomic<Entry*> full_{nullptr};  // `other`, once every further value is one
  Entry nothing_;
};

}  // namespace seadragon::monitoring::detail
