/// The books of one queue: what came, what is there, how it left.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "lib/src/families.h"
#include "lib/src/label_table.h"
#include "lib/src/ledger_slot.h"
#include "lib/src/ledger_snapshot.h"
#include "lib/src/recent_mean.h"
#include "seadragon/monitoring/queue.h"

namespace seadragon::monitoring::detail {

using Models = LabelTable<GenerationSeries>;

class Ledger : public std::enable_shared_from_this<Ledger> {
 public:
  Ledger(Families& families, Models& models, const QueueOptions& options);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Registers the queue's series, which are read from a snapshot taken at each scrape. They share
  /// the ledger: should the last of them be refused, the first ones may still be read.
  void expose(Families& families);

  /// As the queue was made.
  const QueueOptions& options() const noexcept { return options_; }

  // As it is now.
  void set_capacity(std::size_t requests) noexcept { capacity_ = requests; }
  void set_slots(std::size_t slots) noexcept { slots_ = slots; }

  // Events. Any thread; a slot by the thread that holds its ticket.
  LedgerSlot* enqueue(LedgerClock::time_point now) noexcept;  ///< Null when memory has run out.
  void start(LedgerSlot& slot, LedgerClock::time_point now) noexcept;
  void requeue(LedgerSlot& slot, LedgerClock::time_point now) noexcept;
  void finish(LedgerSlot& slot, LedgerOutcome outcome) noexcept;
  void reject() noexcept { rejected_.fetch_add(1, std::memory_order_relaxed); }

  const GenerationSeries& generation(std::string_view model) noexcept;

  /// Of the scrape under way, for series that are read at it.
  const LedgerSnapshot& snapshot() const noexcept { return snapshot_; }

 private:
  static constexpr std::size_t first_chunk = 64;  // each further chunk is twice the one before
  static constexpr std::size_t chunks = 24;

  LedgerSlot& at(std::uint32_t index) noexcept;
  LedgerSlot* grow() noexcept;
  LedgerSlot* pop() noexcept;
  void push(LedgerSlot& slot) noexcept;
  void take_snapshot();

  const QueueOptions options_;
  Models& models_;
  Histogram wait_, processing_;
  Counter requeued_;
  std::atomic<std::size_t> capacity_, slots_;
  std::atomic<std::uint64_t> rejected_{0};  // both received and finished, in one number

  std::array<std::unique_ptr<LedgerSlot[]>, chunks> chunks_;
  std::atomic<std::uint32_t> slot_count_{0};
  std::atomic<std::uint64_t> free_{0};  // a change count above, index + 1 of the first slot below
  std::mutex grow_mutex_;

  // Of the scrape under way.
  LedgerSnapshot snapshot_;
  RecentMean processing_mean_;
};

}  // namespace seadragon::monitoring::detail
