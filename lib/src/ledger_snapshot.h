/// The books of one queue at one moment.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/src/ledger_slot.h"

namespace seadragon::monitoring::detail {

/// Label `age` of seadragon_queue_active_requests_by_age.
inline constexpr std::array<std::string_view, 5> age_names = {"0-10s", "10s-1m", "1m-10m", "10m-1h",
                                                              "1h+"};

/// Made when its reading begins; add() each slot, then ask. Nothing is negative.
class LedgerSnapshot {
 public:
  explicit LedgerSnapshot(LedgerClock::time_point now = {}) : now_(now) {}

  void add(const LedgerSlot& slot);
  /// Requests that never had a slot.
  void add_rejected(std::uint64_t count);

  std::uint64_t received() const { return received_; }
  std::uint64_t finished(std::size_t outcome) const { return finished_[outcome]; }
  std::uint64_t waiting() const { return waiting_; }
  std::uint64_t running() const { return running_; }
  std::uint64_t running_of_age(std::size_t age) const { return by_age_[age]; }

  /// received - finished - waiting - running.
  double imbalance() const;

  // In seconds; 0 where there is no such request.
  double oldest_wait() const { return oldest_wait_; }
  double oldest_active() const { return oldest_active_; }

  /// Of the requests that ever ended: how many had been started, and for how long they ran.
  std::uint64_t processed() const { return processed_; }
  double processed_seconds() const { return static_cast<double>(processed_nanoseconds_) * 1e-9; }

  /// Seconds until the queue is empty if nothing more comes, where a request takes `mean` seconds
  /// on average and `slots` of them run at once: 0 when nobody waits.
  ///
  /// Experience gives way to what is seen now. When the running requests have already taken longer
  /// than the mean, they are the mean; when none has been started for longer than that while one
  /// waited, one start in such a time is the pace. So the estimate of a queue that is stuck grows,
  /// although nothing completes there.
  double drain(double mean, std::size_t slots) const;

 private:
  double age(LedgerClock::time_point since) const;

  LedgerClock::time_point now_;
  LedgerClock::time_point last_start_{};
  std::uint64_t received_ = 0, waiting_ = 0, running_ = 0;
  std::array<std::uint64_t, ledger_outcomes> finished_{};
  std::array<std::uint64_t, age_names.size()> by_age_{};
  std::uint64_t processed_ = 0, processed_nanoseconds_ = 0;
  double oldest_wait_ = 0, oldest_active_ = 0;
  double running_seconds_ = 0;  // the ages of all that run, together
};

}  // namespace seadragon::monitoring::detail
