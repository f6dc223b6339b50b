/// Counts things that only become more: requests, tokens, bytes.
///
///   Counter requests = registry.counter("app_requests_total", "Requests served.");   // at start
///   requests.increment();                                                            // per event
#pragma once

#include <cstdint>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring {

/// A handle to one counter series; copy it freely. Any number of threads may count at once without
/// disturbing each other: each has a cell of its own. Valid as long as its Registry.
///
/// A handle made by default counts into nothing. So does one whose series was removed.
///
/// Stackful coroutines that may go on in another thread must record in a function of their own
/// that is not inlined: compilers keep a thread's addresses across such a switch. Coroutines of
/// C++20 need no care (with clang, from version 16 on).
class Counter {
 public:
  Counter() = default;

  /// One add and one store, no lock. Wraps around after 2^64. A thread's first event allocates its
  /// table (16 KiB) and its first chunk of 512 cells (4 KiB), later ones a chunk when they first
  /// touch it; out of memory there ends the process, as in any noexcept function.
  void increment(std::uint64_t by = 1) const noexcept { detail::add(cell_, by); }

  /// False for a handle made by default.
  explicit operator bool() const noexcept { return cell_ != detail::unread_cell; }

 private:
  friend class detail::Families;
  explicit Counter(detail::CellId cell) noexcept : cell_(cell) {}

  detail::CellId cell_ = detail::unread_cell;
};

}  // namespace seadragon::monitoring
