#include "lib/src/ledger_snapshot.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <thread>

namespace seadragon::monitoring::detail {
namespace {

constexpr std::array<std::string_view, ledger_outcomes> outcome_names = {
    "completed",       "rejected_full", "cancelled_queued", "cancelled_running", "timeout_queued",
    "timeout_running", "error",         "abandoned"};

/// Seconds at which the next of age_names begins.
constexpr std::array<double, age_names.size() - 1> age_bounds = {10, 60, 600, 3600};

/// A slot as it was at one moment.
struct SlotCopy {
  LedgerSlot::State state{};
  LedgerClock::time_point since{}, started{};
  std::uint64_t received = 0, processed = 0, processed_nanoseconds = 0;
  std::array<std::uint64_t, ledger_outcomes> finished{};

  explicit SlotCopy(const LedgerSlot& slot) {
    // A writer that was put to sleep in the middle needs the processor, hence the pauses.
    constexpr int eager_tries = 1000;
    constexpr std::chrono::microseconds pause{50};
    // After so many of them, a second at least, its process was forked in the middle: take what is
    // there.
    constexpr int most_tries = eager_tries + 20'000;
    for (int tries = 0; tries < most_tries; ++tries) {
      const std::uint64_t before = slot.sequence.load(std::memory_order_acquire);
      state = slot.state.load(std::memory_order_acquire);
      since = slot.since.load(std::memory_order_acquire);
      started = slot.started.load(std::memory_order_acquire);
      received = slot.received.load(std::memory_order_acquire);
      processed = slot.processed.load(std::memory_order_acquire);
      processed_nanoseconds = slot.processed_nanoseconds.load(std::memory_order_acquire);
      for (std::size_t i = 0; i < ledger_outcomes; ++i) {
        finished[i] = slot.finished[i].load(std::memory_order_acquire);
      }
      if (before % 2 == 0 && slot.sequence.load(std::memory_order_relaxed) == before) return;
      if (tries >= eager_tries) std::this_thread::sleep_for(pause);
    }
  }
};

}  // namespace

std::string_view outcome_name(LedgerOutcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

void LedgerSnapshot::add(const LedgerSlot& slot) {
  const SlotCopy copy(slot);
  received_ += copy.received;
  processed_ += copy.processed;
  processed_nanoseconds_ += copy.processed_nanoseconds;
  for (std::size_t i = 0; i < ledger_outcomes; ++i) finished_[i] += copy.finished[i];
  last_start_ = std::max(last_start_, copy.started);
  if (copy.state == LedgerSlot::State::waiting) {
    ++waiting_;
    oldest_wait_ = std::max(oldest_wait_, age(copy.since));
  } else if (copy.state == LedgerSlot::State::running) {
    ++running_;
    const double running = age(copy.since);
    running_seconds_ += running;
    oldest_active_ = std::max(oldest_active_, running);
    ++by_age_[static_cast<std::size_t>(std::ranges::upper_bound(age_bounds, running) -
                                       age_bounds.begin())];
  }
}

void LedgerSnapshot::add_rejected(std::uint64_t count) {
  received_ += count;
  finished_[static_cast<std::size_t>(LedgerOutcome::rejected_full)] += count;
}

double LedgerSnapshot::imbalance() const {
  const std::uint64_t finished =
      std::accumulate(finished_.begin(), finished_.end(), std::uint64_t{0});
  return static_cast<double>(static_cast<std::int64_t>(received_ - finished - waiting_ - running_));
}

double LedgerSnapshot::drain(double mean, std::size_t slots) const {
  if (waiting_ == 0) return 0;
  if (running_ > 0) mean = std::max(mean, running_seconds_ / static_cast<double>(running_));
  double per_request = mean / static_cast<double>(std::max<std::size_t>(slots, 1));
  const double without_start = std::min(age(last_start_), oldest_wait_);
  if (without_start > mean) per_request = without_start;
  return static_cast<double>(waiting_) * per_request;
}

/// 0 for what happened after the reading began.
double LedgerSnapshot::age(LedgerClock::time_point since) const {
  return std::max(0.0, std::chrono::duration<double>(now_ - since).count());
}

}  // namespace seadragon::monitoring::detail
