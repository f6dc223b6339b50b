/// The books of one queue: what came, what is there, how it left.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "lib/src/families.h"
#include "lib/src/label_table.h"
#include "seadragon/monitoring/queue.h"

namespace seadragon::monitoring::detail {

class GenerationSeries;
using Models = LabelTable<GenerationSeries>;

/// Label `outcome` of seadragon_queue_finished_total; see Outcome for what each says.
enum class LedgerOutcome : std::uint8_t {
  completed,
  rejected_full,
  cancelled_queued,
  cancelled_running,
  timeout_queued,
  timeout_running,
  error,
  abandoned,
};
inline constexpr std::size_t ledger_outcomes = 8;

std::string_view outcome_name(LedgerOutcome outcome);

/// One place for a request under way. A ticket holds it alone, then another ticket does; what it
/// counts is never taken back. So each slot keeps the law received = finished + waiting + running
/// by itself, and so does their sum, at whatever moment they are read: no lock is needed to agree.
struct alignas(64) LedgerSlot {
  enum class State : std::uint32_t { free, waiting, running };

  std::atomic<std::uint64_t> sequence{0};  // odd while the other members change
  std::atomic<State> state{State::free};
  std::atomic<std::int64_t> enqueued_nanoseconds{0};  // steady clock
  std::atomic<std::uint64_t> received{0};
  std::array<std::atomic<std::uint64_t>, ledger_outcomes> finished{};

  std::uint32_t index = 0;                  // its place in the ledger
  std::atomic<std::uint32_t> next_free{0};  // index + 1, 0 ends the list
};

class Ledger : public std::enable_shared_from_this<Ledger> {
 public:
  using Clock = std::chrono::steady_clock;

  Ledger(Families& families, Models& models, const QueueOptions& options);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Registers the queue's series, which are read from a snapshot taken at each scrape. They share
  /// the ledger: should the last of them be refused, the first ones may still be read.
  void expose(Families& families);

  const QueueOptions& options() const noexcept { return options_; }

  // Events. Any thread; a slot by the thread that holds its ticket.
  LedgerSlot* enqueue(Clock::time_point now) noexcept;  ///< Null when memory has run out.
  void start(LedgerSlot& slot, Clock::duration waited) noexcept;
  void finish(LedgerSlot& slot, LedgerOutcome outcome) noexcept;
  void reject() noexcept { rejected_.fetch_add(1, std::memory_order_relaxed); }

  GenerationSeries& generation(std::string_view model) noexcept;
  const Histogram& processing() const noexcept { return processing_; }

 private:
  struct Snapshot {
    std::uint64_t received = 0;
    std::uint64_t waiting = 0;
    std::uint64_t running = 0;
    std::array<std::uint64_t, ledger_outcomes> finished{};
    std::int64_t oldest_nanoseconds = 0;  // 0: nobody waits

    double imbalance() const;
  };

  static constexpr std::size_t first_chunk = 64;  // each further chunk is twice the one before
  static constexpr std::size_t chunks = 24;

  LedgerSlot& at(std::uint32_t index) noexcept;
  LedgerSlot* grow() noexcept;
  LedgerSlot* pop() noexcept;
  void push(LedgerSlot& slot) noexcept;
  static void add(const LedgerSlot& slot, Snapshot& snapshot);
  void take_snapshot();

  const QueueOptions options_;
  Models& models_;
  Histogram wait_, processing_;
  std::atomic<std::uint64_t> rejected_{0};  // both received and finished, in one number

  std::array<std::unique_ptr<LedgerSlot[]>, chunks> slots_;
  std::atomic<std::uint32_t> slot_count_{0};
  std::atomic<std::uint64_t> free_{0};  // a change count above, index + 1 of the first slot below
  std::mutex grow_mutex_;
  Snapshot snapshot_;  // of the scrape under way
};

}  // namespace seadragon::monitoring::detail
