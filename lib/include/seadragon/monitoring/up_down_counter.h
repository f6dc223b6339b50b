/// Counts things that come and go: open sessions, bytes in a cache.
///
///   UpDownCounter sessions = registry.up_down_counter("app_sessions", "Open sessions.");
///   sessions.add(1);
///   sessions.add(-1);   // from whichever thread
///
/// Exposed as a gauge. Where a value is known rather than its changes, see gauge.h.
#pragma once

#include <cstdint>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring {

/// A handle to one series, with the cost and the rules of a Counter (counter.h). Threads change it
/// without disturbing each other; a scrape sums their changes.
class UpDownCounter {
 public:
  UpDownCounter() = default;

  void add(std::int64_t change) const noexcept {
    detail::add(cell_, static_cast<std::uint64_t>(change));
  }

 private:
  friend class detail::Families;
  explicit UpDownCounter(detail::CellId cell) noexcept : cell_(cell) {}

  detail::CellId cell_ = detail::unread_cell;
};

}  // namespace seadragon::monitoring
